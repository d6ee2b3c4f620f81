/// A command failed on the client's side, for example because of a file or the terminal.
struct CommandFailure: Error, Equatable {
  let message: String
  /// The exit code; `nil` for the command's own failure code.
  var code: Int32?
  init(_ message: String, code: Int32? = nil) {
    self.message = message
    self.code = code
  }
}
