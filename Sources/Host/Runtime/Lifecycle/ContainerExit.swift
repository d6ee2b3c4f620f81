/// The end of a container's first process.
package struct ContainerExit: Sendable, Hashable {
  package let id: String
  /// The exit code, or 128 plus the signal; 255 if it is unknown.
  package let code: Int32
  /// The OOM killer killed a process of the container.
  package let wasOutOfMemory: Bool
  /// The monitor ended before the process, so the code is unknown.
  package let isCodeLost: Bool

  package init(id: String, code: Int32, wasOutOfMemory: Bool = false, isCodeLost: Bool = false) {
    self.id = id
    self.code = code
    self.wasOutOfMemory = wasOutOfMemory
    self.isCodeLost = isCodeLost
  }
}
