package import EngineModel
import Glibc
import Kernel
package import Logging
import Synchronization

/// Runs containers with conmon and an OCI runtime.
///
/// It has no database: the state of a container is in a folder below the exec-root, and a new instance finds it again
/// (``recover()``). Calls for one container must be sequential; calls for different containers may run in parallel.
///
/// Needs root. Creating a container starts conmon and the runtime's `create`; starting it and removing it start no
/// process.
package final class ContainerRuntime: Sendable {
  package let layout: RuntimeLayout
  /// The installed runtimes by name.
  let runtimes: [String: OCIRuntime]
  /// The runtime for containers that do not choose one.
  package let defaultRuntime: String
  let cgroups: CgroupTree
  let monitor: Tool
  let logger: Logger
  let state: Mutex<State>
  let logRotator: LogRotator

  /// The end of every container that this instance created or recovered, once each. For one reader.
  package let exits: AsyncStream<ContainerExit>
  let exitContinuation: AsyncStream<ContainerExit>.Continuation

  struct State {
    /// Tasks that wait for the end of a container.
    var exitWatches: [String: Task<Void, Never>] = [:]
    /// Attach sockets without a reader. Closing them would close the container's input.
    var heldSockets: [String: [OwnedDescriptor]] = [:]
    /// The number of attachments before the start.
    var earlyAttachments: [String: Int] = [:]
    /// The attachments to each container and its execs.
    var attachments: [String: [Attachment]] = [:]
  }

  /// Its owner may release the attachment at any time.
  struct Attachment {
    weak var io: AttachedIO?
  }

  /// - Parameters:
  ///   - root: the exec-root. It is created if it is missing.
  ///   - runtimes: names and programs.
  ///   - preference: names; the first usable one is the default.
  /// - Throws: `unavailable` with the package's name if conmon is missing or no preferred runtime is usable.
  package init(
    root: String, runtimes: [String: String] = ["runc": "runc", "crun": "crun"],
    preference: [String] = ["crun", "runc"], monitor: String = "conmon", logger: Logger = Logger(label: "runtime")
  ) throws(EngineError) {
    layout = RuntimeLayout(root: root)
    self.monitor = try Tool(monitor, package: "conmon")
    self.logger = logger
    state = Mutex(State())
    logRotator = LogRotator(logger: logger)
    (exits, exitContinuation) = AsyncStream.makeStream()
    do {
      try makeDirectories(layout.containers, mode: 0o700)
      try makeDirectories(layout.runtimeState, mode: 0o700)
      cgroups = try CgroupTree.read()
    } catch {
      throw error.engineError("cannot create the runtime's folders")
    }
    var found: [String: OCIRuntime] = [:]
    var refusals: [String: EngineError] = [:]
    for (name, program) in runtimes {
      do {
        found[name] = try OCIRuntime(name, program: program, root: root, host: cgroups)
      } catch {
        refusals[name] = error
      }
    }
    self.runtimes = found
    guard let name = preference.first(where: { found[$0] != nil }) else {
      throw preference.last.flatMap { refusals[$0] }
        ?? EngineError(.unavailable, "no OCI runtime is installed: apt install runc")
    }
    defaultRuntime = name
    for name in preference.prefix(while: { $0 != name }) {
      if let refusal = refusals[name] { logger.debug("\(name) is not used: \(refusal.message)") }
    }
  }

  deinit {
    exitContinuation.finish()
    state.withLock { state in
      for watch in state.exitWatches.values { watch.cancel() }
    }
  }

  /// The names of the usable runtimes.
  package var runtimeNames: Set<String> { Set(runtimes.keys) }

  /// The runtime that created a container.
  ///
  /// - Throws: `unavailable` if it is not installed any more.
  func runtime(of bundle: RuntimeLayout.Bundle) throws(EngineError) -> OCIRuntime {
    // Older engines did not write this file and used runc.
    let name = (try? readFile(bundle.runtimeName)) ?? "runc"
    return try runtime(named: name)
  }

  func runtime(named name: String) throws(EngineError) -> OCIRuntime {
    guard let runtime = runtimes[name] else {
      throw EngineError(.unavailable, "the OCI runtime \(name) is not installed any more: install it again")
    }
    return runtime
  }

  /// Runs a container's OCI runtime.
  func runRuntime(_ arguments: [String], for bundle: RuntimeLayout.Bundle) async throws -> Tool.Output {
    try await runtime(of: bundle).tool.run(["--root", layout.runtimeState] + arguments, outputCap: 1 << 20)
  }
}
