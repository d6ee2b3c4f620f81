/// The reason of a failed build, in Docker's words.
package struct BuildFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The exit status of the failed command; `nil` if something else failed.
  package var code: Int32?
  package var message: String

  package var description: String { message }

  package init(_ message: String, code: Int32? = nil) {
    self.message = message
    self.code = code
  }
}
