import CLinux
import Glibc
import Kernel

/// A started exec.
package final class ExecProcess: Sendable {
  package let id: String
  package let container: String
  /// In the host's PID namespace.
  package let pid: Int32
  /// `nil` if detached. It was attached before the process started, so it gets all output.
  package let io: AttachedIO?
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

  /// Waits for the end: the exit code, or 128 plus the signal; 255 if the monitor was killed. Any number of tasks may
  /// call it. The last output may still be unread when it returns.
  package func exit() async throws -> Int32 { try await end.value }

  /// Kills the process; does nothing when it has ended. Its pid may belong to another process by then, its pidfd never
  /// does (pidfd_send_signal(2)).
  package func kill() {
    if let pidfd { linux_pidfd_send_signal(pidfd.number, SIGKILL) }
  }
}
