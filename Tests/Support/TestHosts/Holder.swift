import Glibc
import Kernel

/// The first process of a host's namespaces, which live as long as it does.
///
/// It ends when its standard input ends, whose other end only this test process holds. Because it is the init of a PID
/// namespace, the kernel then kills all other processes there.
final class Holder: Sendable {
  /// The pid of the first process, as seen by this test process.
  let pid: Int32
  private let command: ChildProcess
  private let lifeline: Lifeline

  private init(pid: Int32, command: ChildProcess, lifeline: Lifeline) {
    self.pid = pid
    self.command = command
    self.lifeline = lifeline
  }

  /// - Parameter script: a bash script that runs in the new namespaces with `$FOLDER`. It prints a line when it is
  ///   ready and then reads.
  static func start(folder: String, script: String) async throws -> Holder {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemCallError(errno: errno, call: "pipe", subject: "holder") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let readEnd = OwnedDescriptor(adopting: ends[0])
    let lifeline = Lifeline(writeEnd: ends[1])
    let report = try ScratchFile.make()
    let command = try ChildProcess(
      ChildProcess.Specification(
        path: try Tool("unshare").path,
        arguments: [
          "unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc",
          "bash", "-c", script,
        ],
        environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "FOLDER=\(folder)"],
        descriptors: [0: readEnd.number, 1: report.number, 2: report.number], newSession: true))
    let unshare = command.pid
    let holder: Int32? = try? await poll("a host's namespaces") {
      guard ScratchFile.text(of: report).contains("ready\n") else { return nil }
      return childProcesses(of: unshare).first
    }
    guard let holder else {
      lifeline.cut()
      _ = kill(-unshare, SIGKILL)
      _ = try? await command.exit()
      throw TimedOut("making a host", detail: ScratchFile.text(of: report))
    }
    return Holder(pid: holder, command: command, lifeline: lifeline)
  }

  /// Ends the namespaces and waits until they are deleted. May be called twice.
  func end() async {
    guard lifeline.cut() else { return }
    _ = try? await command.exit()
  }
}

/// The children of a process (needs CONFIG_PROC_CHILDREN, which Debian has).
func childProcesses(of pid: Int32) -> [Int32] {
  guard let file = try? OwnedDescriptor(path: "/proc/\(pid)/task/\(pid)/children", flags: O_RDONLY) else { return [] }
  return ScratchFile.text(of: file).split(separator: " ").compactMap { Int32($0) }
}
