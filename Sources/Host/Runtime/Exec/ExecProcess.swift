import CLinux
import Glibc
import Kernel

/// A process that was executed in a container.
public final class ExecProcess: Sendable {
  public let id: String
  public let container: String
  /// In the host's pid namespace.
  public let pid: Int32
  /// `nil` when detached. It was attached before the process began: nothing is missed.
  public let io: AttachedIO?
  /// `nil` when it had ended before it could be opened.
  private let pidfd: OwnedDescriptor?
  private let end: Task<Int32, any Error>

  init(
    id: String, container: String, pid: Int32, pidfd: OwnedDescriptor?, io: AttachedIO?, end: Task<Int32, any Error>
  ) {
    self.id = id
    self.container = container
    self.pid = pid
    self.pidfd = pidfd
    self.io = io
    self.end = end
  }

  /// The exit code, or 128 and the signal, when it has ended; 255 when its monitor was killed. May be called any number
  /// of times. All output is on its way by then, but perhaps not read yet.
  public func exit() async throws -> Int32 { try await end.value }

  /// Kills the process; does nothing when it has ended. Its pid may belong to another process by then, its pidfd never
  /// does (pidfd_send_signal(2)).
  public func kill() {
    if let pidfd { linux_pidfd_send_signal(pidfd.number, SIGKILL) }
  }
}
