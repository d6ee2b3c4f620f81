import Kernel

/// How conmon is started for a container or for a process executed in one: a value, turned into arguments.
struct MonitorLaunch: Sendable {
  enum Purpose: Sendable, Hashable {
    case container
    /// A further process in a container, from a process specification (`runc exec --process`). When attached, conmon
    /// waits on its start pipe between opening the attach socket and starting the process.
    case exec(container: String, processSpecification: String, attached: Bool)
  }

  var purpose: Purpose
  var bundle: RuntimeLayout.Bundle
  var runtime: Tool
  var runtimeState: String
  var stdio: StandardStreams
  /// `nil`: output is not kept.
  var logPath: String?

  /// Descriptor numbers in conmon.
  static let syncPipe: Int32 = 3
  static let startPipe: Int32 = 4
  static let attachPipe: Int32 = 5

  /// What follows the program's name.
  var arguments: [String] {
    // For a process in a container, conmon hands this id to the runtime, so it must be the container's.
    var id = bundle.id
    if case .exec(let container, _, _) = purpose { id = container }
    var arguments = [
      "--api-version", "1", "-c", id, "-u", bundle.id, "-n", id, "-r", runtime.path, "-b", bundle.path,
      "-p", bundle.processPid, "--sync", "--exit-dir", bundle.exitFolder, "--full-attach",
      "--no-sync-log", "--log-level", "error",
      "-l", logPath.map { "k8s-file:\($0)" } ?? "none",
      "--runtime-arg", "--root", "--runtime-arg", runtimeState,
      // With a log file of its own the runtime leaves exactly its last error on standard error, which conmon hands on.
      "--runtime-arg", "--log", "--runtime-arg", "\(bundle.path)/oci.log",
    ]
    if stdio.terminal { arguments.append("-t") }
    if stdio.stdin != .none { arguments.append("-i") }
    if stdio.stdin != .untilFirstDetach { arguments.append("--leave-stdin-open") }
    if case .exec(_, let specification, let attached) = purpose {
      arguments += ["-e", "--exec-process-spec", specification]
      if attached { arguments.append("--exec-attach") }
    }
    return arguments
  }

  /// conmon, and through it the runtime, get nothing of the engine's own environment but the search path.
  func environment(searchPath: String, temporaryFolder: String) -> [String] {
    var environment = [
      "PATH=\(searchPath)", "TMPDIR=\(temporaryFolder)", "_OCI_SYNCPIPE=\(Self.syncPipe)",
    ]
    if case .exec(_, _, attached: true) = purpose {
      environment += ["_OCI_STARTPIPE=\(Self.startPipe)", "_OCI_ATTACHPIPE=\(Self.attachPipe)"]
    }
    return environment
  }
}

/// What a process's standard streams are connected to.
public struct StandardStreams: Sendable, Hashable {
  public enum Input: Sendable, Hashable {
    /// `/dev/null`.
    case none
    /// Open for as long as the process lives, whoever attaches and leaves.
    case open
    /// Closed when an attachment that has standard input closes it or goes (`StdinOnce`).
    case untilFirstDetach
  }

  public var stdin: Input
  /// One pseudo-terminal for all three.
  public var terminal: Bool

  public init(stdin: Input = .none, terminal: Bool = false) {
    self.stdin = stdin
    // Closing a terminal's input would take the terminal away from all.
    self.terminal = terminal
    if terminal, stdin == .untilFirstDetach { self.stdin = .open }
  }
}
