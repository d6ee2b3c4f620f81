import CLinux
import Glibc

/// A child process, started with posix_spawn(3).
///
/// It inherits only the given descriptors, an empty signal mask and default signal actions. Call ``exit()`` to reap it.
package struct ChildProcess: Sendable {
  /// The program, its arguments and its environment.
  package struct Specification: Sendable {
    /// An absolute path. ``Tool`` searches by name.
    package var path: String
    /// The whole argument vector, including the program's name.
    package var arguments: [String]
    /// `NAME=value`; `nil` inherits the engine's environment.
    package var environment: [String]?
    package var directory: String?
    /// Maps the child's descriptor numbers to ours. 0, 1 and 2 are `/dev/null` unless given; all others are closed.
    package var descriptors: [Int32: Int32]
    /// Starts a new session (setsid(2)), so that signals from the engine's terminal do not reach the child.
    package var newSession: Bool
    /// The mount view of the child; `nil` means the engine's mounts.
    package var view: MountView?

    package init(
      path: String, arguments: [String], environment: [String]? = nil, directory: String? = nil,
      descriptors: [Int32: Int32] = [:], newSession: Bool = false
    ) {
      self.path = path
      self.arguments = arguments
      self.environment = environment
      self.directory = directory
      self.descriptors = descriptors
      self.newSession = newSession
    }
  }

  package let pid: Int32
  /// Refers to this process even if its number is reused.
  package let pidfd: OwnedDescriptor

  /// Starts the process. posix_spawn shares memory until `exec`, so this is fast enough for any thread.
  ///
  /// - Throws: ``SystemCallError``, also when the program cannot be executed.
  package init(_ specification: Specification) throws(SystemCallError) {
    pid = try Self.spawn(specification, seeing: specification.view)
    let number = linux_pidfd_open(pid, 0)
    guard number >= 0 else {
      let error = SystemCallError.last("pidfd_open", specification.path)
      _ = kill(pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
      throw error
    }
    pidfd = OwnedDescriptor(adopting: number)
  }

  /// Waits for the process and reaps it. Call it once. Cancellation does not stop the child or the wait, so that the
  /// child is always reaped.
  package func exit() async throws -> ExitStatus {
    // An unstructured task is not cancelled with the caller.
    try await Task { [pidfd] in
      try await ProcessWatch.end(of: pidfd)
      return try Self.reap(pidfd)
    }.value
  }

  /// Sends a signal. Does nothing when the process has ended.
  package func signal(_ signal: Int32) throws(SystemCallError) {
    if linux_pidfd_send_signal(pidfd.number, signal) != 0, errno != ESRCH {
      throw SystemCallError.last("pidfd_send_signal", "\(pid)")
    }
  }

  /// Reaps a child that has ended.
  static func reap(_ pidfd: OwnedDescriptor) throws(SystemCallError) -> ExitStatus {
    var info = siginfo_t()
    try checked("waitid") { linux_waitid_pidfd(pidfd.number, &info, WEXITED) }
    let status = linux_siginfo_status(&info)
    return linux_siginfo_code(&info) == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
  }
}
