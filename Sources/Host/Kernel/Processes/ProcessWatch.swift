import CLinux
import Coordination
import Glibc

/// Waits for the end of any process, child or not, with a pidfd (pidfd_open(2)) on the ``ReadinessThread``.
package enum ProcessWatch {
  /// Returns when the process has ended, immediately when it does not exist. Throws `CancellationError` when the task
  /// is cancelled.
  ///
  /// Process ids are reused. Compare start times where that matters, or open the pidfd while the process is known to
  /// run and use ``end(of:)-(OwnedDescriptor)``.
  package static func end(of pid: Int32) async throws {
    let number = linux_pidfd_open(pid, 0)
    if number < 0 {
      if errno == ESRCH { return }
      throw SystemCallError.last("pidfd_open", "\(pid)")
    }
    try await end(of: OwnedDescriptor(adopting: number))
  }

  /// Returns when the process of the pidfd has ended. Several tasks may wait for the same pidfd.
  package static func end(of pidfd: OwnedDescriptor) async throws {
    // epoll accepts a descriptor once, so each wait duplicates it.
    let own = OwnedDescriptor(adopting: try checked("fcntl", "pidfd") { fcntl(pidfd.number, F_DUPFD_CLOEXEC, 0) })
    try await ReadinessThread.shared.readable(own.number)
    withExtendedLifetime(own) {}
  }
}

extension ReadinessThread {
  /// Returns when the descriptor is readable or hung up. Throws `CancellationError` when the task is cancelled.
  package func readable(_ descriptor: Int32) async throws {
    try await ready(descriptor, for: .readable)
  }

  /// Returns when the descriptor is writable or hung up. Throws `CancellationError` when the task is cancelled.
  package func writable(_ descriptor: Int32) async throws {
    try await ready(descriptor, for: .writable)
  }

  func ready(_ descriptor: Int32, for interest: Events) async throws {
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
