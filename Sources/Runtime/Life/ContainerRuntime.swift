public import EngineModel
import Glibc
public import Kernel
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
  /// `runc` or `crun`.
  public let runtime: Tool
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
  ///   - runtimes: names or paths, the first that is installed is taken.
  /// - Throws: `unavailable`, naming the package, when conmon or a runtime is missing.
  public init(
    root: String, runtimes: [String] = ["runc", "crun"], monitor: String = "conmon",
    logger: Logger = Logger(label: "runtime")
  ) throws(EngineError) {
    layout = RuntimeLayout(root: root)
    runtime = try Tool(runtimes, package: "runc")
    self.monitor = try Tool(monitor, package: "conmon")
    self.logger = logger
    state = Mutex(State())
    keeper = LogKeeper(logger: logger)
    (exits, exitContinuation) = AsyncStream.makeStream()
    do {
      try SmallFile.makeFolder(layout.containers)
      try SmallFile.makeFolder(layout.runtimeState)
    } catch {
      throw error.engineError("cannot make the runtime's folders")
    }
  }

  deinit {
    exitContinuation.finish()
    state.withLock { state in
      for watch in state.watches.values { watch.cancel() }
    }
  }

  /// Runs the OCI runtime itself.
  func runRuntime(_ arguments: [String]) async throws -> Tool.Output {
    try await runtime.run(["--root", layout.runtimeState] + arguments, outputCap: 1 << 20)
  }
}
