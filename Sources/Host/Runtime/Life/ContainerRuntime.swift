public import EngineModel
import Glibc
import Kernel
public import Logging
import Synchronization

/// Containers by conmon and an OCI runtime.
///
/// It keeps no record: what is known of a container is below the exec-root, in a folder that bears its id, and a fresh
/// instance finds it again (``recover()``). Calls for one container must follow one another; calls for different ones
/// may run side by side.
///
/// Needs root. Starting a container costs conmon's start and the runtime's `create`; letting its process go, and
/// cleaning up after it, need no process of ours.
public final class ContainerRuntime: Sendable {
  public let layout: RuntimeLayout
  /// Those that work here, by name.
  let runtimes: [String: OCIRuntime]
  /// The name of the one that is used when a container asks for none.
  public let defaultRuntime: String
  let cgroups: CgroupTree
  let monitor: Tool
  let logger: Logger
  let state: Mutex<State>
  let keeper: LogKeeper

  /// Every end of a container that this instance created or recovered, once. One reader.
  public let exits: AsyncStream<ContainerExit>
  let exitContinuation: AsyncStream<ContainerExit>.Continuation

  struct State {
    /// Containers whose end is being waited for.
    var watches: [String: Task<Void, Never>] = [:]
    /// Attach sockets that nobody reads any more, kept because closing them would close the container's input.
    var parked: [String: [OwnedDescriptor]] = [:]
    /// How many attached before the process was let go.
    var early: [String: Int] = [:]
  }

  /// - Parameters:
  ///   - root: the exec-root; made when it is not there.
  ///   - runtimes: names and programs.
  ///   - preference: names; the first that works here is the default.
  /// - Throws: `unavailable`, naming the package, when conmon is missing or none of the preferred runtimes works here.
  public init(
    root: String, runtimes: [String: String] = ["runc": "runc", "crun": "crun"],
    preference: [String] = ["crun", "runc"], monitor: String = "conmon", logger: Logger = Logger(label: "runtime")
  ) throws(EngineError) {
    layout = RuntimeLayout(root: root)
    self.monitor = try Tool(monitor, package: "conmon")
    self.logger = logger
    state = Mutex(State())
    keeper = LogKeeper(logger: logger)
    (exits, exitContinuation) = AsyncStream.makeStream()
    do {
      try SmallFile.makeFolder(layout.containers)
      try SmallFile.makeFolder(layout.runtimeState)
      cgroups = try CgroupTree.read()
    } catch {
      throw error.engineError("cannot make the runtime's folders")
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
        ?? EngineError(.unavailable, "no OCI runtime is there: apt install runc")
    }
    defaultRuntime = name
    for name in preference.prefix(while: { $0 != name }) {
      if let refusal = refusals[name] { logger.debug("\(name) is not used: \(refusal.message)") }
    }
  }

  deinit {
    exitContinuation.finish()
    state.withLock { state in
      for watch in state.watches.values { watch.cancel() }
    }
  }

  /// The names of the runtimes that work here.
  public var runtimeNames: Set<String> { Set(runtimes.keys) }

  /// The runtime that a container was made by.
  ///
  /// - Throws: `unavailable` when it is there no more.
  func runtime(of bundle: RuntimeLayout.Bundle) throws(EngineError) -> OCIRuntime {
    // Those of an engine that wrote no such file were made by runc.
    let name = (try? readFile(bundle.runtimeName)) ?? "runc"
    return try runtime(named: name)
  }

  func runtime(named name: String) throws(EngineError) -> OCIRuntime {
    guard let runtime = runtimes[name] else {
      throw EngineError(.unavailable, "the OCI runtime \(name) is not there any more: install it again")
    }
    return runtime
  }

  /// Runs a container's OCI runtime itself.
  func runRuntime(_ arguments: [String], for bundle: RuntimeLayout.Bundle) async throws -> Tool.Output {
    try await runtime(of: bundle).tool.run(["--root", layout.runtimeState] + arguments, outputCap: 1 << 20)
  }
}
