import Kernel

/// conmon's command line for a container or an exec, as a value.
struct MonitorCommand: Sendable {
  enum Purpose: Sendable, Hashable {
    case container
    /// A process in an existing container, from a process specification (`runc exec --process`). If attached, conmon
    /// waits on its start pipe after it opened the attach socket and before it starts the process.
    case exec(container: String, processSpecification: String, attached: Bool)
  }

  var purpose: Purpose
  var bundle: RuntimeLayout.Bundle
  var runtime: Tool
  var runtimeState: String
  var stdio: StandardStreams
  /// `nil`: no log.
  var logPath: String?

  /// Descriptor numbers in conmon.
  static let syncPipe: Int32 = 3
  static let startPipe: Int32 = 4
  static let attachPipe: Int32 = 5

  /// The arguments without the program's name.
  var arguments: [String] {
    // For an exec, conmon passes this id to the runtime, so it must be the container's.
    var id = bundle.id
    if case .exec(let container, _, _) = purpose { id = container }
    var arguments = [
      "--api-version", "1", "-c", id, "-u", bundle.id, "-n", id, "-r", runtime.path, "-b", bundle.path,
      "-p", bundle.processPid, "--sync", "--exit-dir", bundle.exitFolder, "--full-attach",
      "--no-sync-log", "--log-level", "error",
      "-l", logPath.map { "k8s-file:\($0)" } ?? "none",
      "--runtime-arg", "--root", "--runtime-arg", runtimeState,
      // With a log file, the runtime writes exactly its last error to standard error, which conmon passes on.
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

  /// conmon and the runtime inherit only the search path from the engine's environment.
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

/// The connections of a process's standard streams.
package struct StandardStreams: Sendable, Hashable {
  package enum Input: Sendable, Hashable {
    /// `/dev/null`.
    case none
    /// Open while the process lives, independent of attachments.
    case open
    /// Closed when an attachment with standard input closes it or detaches (`StdinOnce`).
    case untilFirstDetach
  }

  package var stdin: Input
  /// One pseudo-terminal for all three.
  package var terminal: Bool

  package init(stdin: Input = .none, terminal: Bool = false) {
    self.stdin = stdin
    // Closing a terminal's input would close the terminal for everyone.
    self.terminal = terminal
    if terminal, stdin == .untilFirstDetach { self.stdin = .open }
  }
}
