/// A process that was executed in a container.
public final class ExecProcess: Sendable {
  public let id: String
  public let container: String
  /// In the host's pid namespace.
  public let pid: Int32
  /// `nil` when detached. It was attached before the process began: nothing is missed.
  public let io: AttachedIO?
  private let end: Task<Int32, any Error>

  init(id: String, container: String, pid: Int32, io: AttachedIO?, end: Task<Int32, any Error>) {
    self.id = id
    self.container = container
    self.pid = pid
    self.io = io
    self.end = end
  }

  /// The exit code, or 128 and the signal, when it has ended; 255 when its monitor was killed. May be called any number
  /// of times. All output is on its way by then, but perhaps not read yet.
  public func exit() async throws -> Int32 { try await end.value }
}
