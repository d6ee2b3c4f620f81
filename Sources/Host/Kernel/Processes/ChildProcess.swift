import CLinux
import Glibc

/// A child process started with posix_spawn(3).
///
/// It gets exactly the descriptors it is given, an empty signal mask and default signal actions. It must be awaited with
/// ``exit()``, or it stays a zombie.
public struct ChildProcess: Sendable {
  /// What to start, and with what.
  public struct Specification: Sendable {
    /// An absolute path; see ``Tool`` for a search by name.
    public var path: String
    /// The whole vector, the program's name first.
    public var arguments: [String]
    /// `NAME=value`; `nil` hands on the engine's own.
    public var environment: [String]?
    public var directory: String?
    /// Child's descriptor number to ours. 0, 1 and 2 are `/dev/null` where not named; all others are closed.
    public var descriptors: [Int32: Int32]
    /// A session of its own (setsid(2)): signals of our terminal do not reach it.
    public var newSession: Bool
    /// What it sees mounted; `nil`: what the engine does.
    public var view: MountView?

    public init(
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

  public let pid: Int32
  /// Refers to this process and no later one of the same number.
  public let pidfd: OwnedDescriptor

  /// Starts it. Quick (posix_spawn shares the memory until `exec`), so it may be called anywhere.
  ///
  /// - Throws: ``SystemCallError`` also when the program cannot be executed.
  public init(_ specification: Specification) throws(SystemCallError) {
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

  /// Waits for the end and reaps the child; call it once. It does not stop the child when the task is cancelled, and
  /// goes on waiting: a child is always reaped.
  public func exit() async throws -> ExitStatus {
    // A cancelled task would not wait; a task of its own is not cancelled with the caller.
    try await Task { [pidfd] in
      try await ProcessWatch.end(of: pidfd)
      return try Self.reap(pidfd)
    }.value
  }

  /// Sends a signal; nothing happens when the process has ended.
  public func signal(_ signal: Int32) throws(SystemCallError) {
    if linux_pidfd_send_signal(pidfd.number, signal) != 0, errno != ESRCH {
      throw SystemCallError.last("pidfd_send_signal", "\(pid)")
    }
  }

  /// Takes the status of a child that has ended.
  static func reap(_ pidfd: OwnedDescriptor) throws(SystemCallError) -> ExitStatus {
    var info = siginfo_t()
    try checked("waitid") { linux_waitid_pidfd(pidfd.number, &info, WEXITED) }
    let status = linux_siginfo_status(&info)
    return linux_siginfo_code(&info) == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
  }
}
