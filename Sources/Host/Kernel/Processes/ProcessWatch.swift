import CLinux
import Coordination
import Glibc

/// Waits for the end of any process, child or not, through a pidfd (pidfd_open(2)) on the ``ReadinessThread``.
public enum ProcessWatch {
  /// Returns when the process has ended, at once when there is no such process. Throws `CancellationError` when the
  /// waiting task is cancelled.
  ///
  /// A process id may be reused: compare start times where that matters, or open the pidfd while the process is known
  /// to live and use ``end(of:)-(OwnedDescriptor)``.
  public static func end(of pid: Int32) async throws {
    let number = linux_pidfd_open(pid, 0)
    if number < 0 {
      if errno == ESRCH { return }
      throw SystemCallError.last("pidfd_open", "\(pid)")
    }
    try await end(of: OwnedDescriptor(adopting: number))
  }

  /// Returns when the process that a pidfd refers to has ended. Any number of tasks may wait for the same.
  public static func end(of pidfd: OwnedDescriptor) async throws {
    // A number can be watched once only; each wait has its own.
    let own = OwnedDescriptor(adopting: try checked("fcntl", "pidfd") { fcntl(pidfd.number, F_DUPFD_CLOEXEC, 0) })
    try await ReadinessThread.shared.readable(own.number)
    withExtendedLifetime(own) {}
  }
}

extension ReadinessThread {
  /// Returns when the descriptor is readable or hung up. Throws `CancellationError` when the waiting task is cancelled.
  public func readable(_ descriptor: Int32) async throws {
    try await ready(descriptor, for: .readable)
  }

  /// Returns when the descriptor takes bytes or is hung up. Throws `CancellationError` when the waiting task is cancelled.
  public func writable(_ descriptor: Int32) async throws {
    try await ready(descriptor, for: .writable)
  }

  func ready(_ descriptor: Int32, for interest: Interest) async throws {
    let readiness = OneShot<Void, any Error>()
    let token = try watch(descriptor, for: interest) { .done { readiness.succeed() } }
    try await withTaskCancellationHandler {
      try await readiness.value()
    } onCancel: {
      cancel(token)
      readiness.fail(CancellationError())
    }
  }
}
