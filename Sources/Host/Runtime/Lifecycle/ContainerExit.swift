/// The end of a container's first process.
public struct ContainerExit: Sendable, Hashable {
  public let id: String
  /// The exit code, or 128 plus the signal; 255 if it is unknown.
  public let code: Int32
  /// The OOM killer killed a process of the container.
  public let wasOutOfMemory: Bool
  /// The monitor ended before the process, so the code is unknown.
  public let isCodeLost: Bool

  public init(id: String, code: Int32, wasOutOfMemory: Bool = false, isCodeLost: Bool = false) {
    self.id = id
    self.code = code
    self.wasOutOfMemory = wasOutOfMemory
    self.isCodeLost = isCodeLost
  }
}
