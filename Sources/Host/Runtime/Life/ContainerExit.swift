/// That a container's first process ended.
public struct ContainerExit: Sendable, Hashable {
  public let id: String
  /// The exit code, or 128 and the signal; 255 when nobody was there to learn it.
  public let code: Int32
  /// The kernel killed in the container for want of memory.
  public let wasOutOfMemory: Bool
  /// The monitor was gone before the process, so that the code is not known.
  public let isCodeLost: Bool

  public init(id: String, code: Int32, wasOutOfMemory: Bool = false, isCodeLost: Bool = false) {
    self.id = id
    self.code = code
    self.wasOutOfMemory = wasOutOfMemory
    self.isCodeLost = isCodeLost
  }
}
