import Addressing
import DataPlane
import EngineModel
import Images
import Kernel
public import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

/// The engine: networks, containers, volumes and images, and what happens to them.
///
/// The state in memory mirrors the store. This actor serialises intents on a thread of its own, where a commit may
/// block: nothing is awaited between reading the state and committing what was decided on it. What takes long runs
/// outside, one queue for each container, and its outcome is committed in a second step.
///
/// References (`reference` everywhere) are a name, a full id, or an unambiguous beginning of an id.
public actor Engine {
  public nonisolated let configuration: EngineConfiguration
  nonisolated let logger: Logger
  nonisolated let plugins: PluginRegistry
  private nonisolated let thread: SerialThread
  nonisolated let volumeMounts: VolumeMounts

  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  var state = EngineState()
  var lives: [ContainerID: ContainerLife] = [:]
  var gates = ContainerLocks()
  var waits = WaitList()
  var eventLog: EventLog
  var execs: [String: ExecView] = [:]
  /// Kept once the exec runs, or has failed to: whoever wants to resize its terminal may come before.
  var execStarts: [String: Promise<Void>] = [:]
  /// Each is over when the end of the exec is recorded.
  var execEnds: [String: Task<Void, Never>] = [:]
  /// Networks whose links are being made: who goes on one waits for it.
  var networksBeingCreated: [NetworkID: Task<Void, any Error>] = [:]
  /// Clients that attached before the container was started.
  var pendingAttachments: [ContainerID: [PendingAttachment]] = [:]
  /// How many look at a container's files from outside: its root file system stays mounted for them.
  var fileViews: [ContainerID: Int] = [:]
  var restarts: [ContainerID: Task<Void, Never>] = [:]
  var healthChecks: [ContainerID: Task<Void, Never>] = [:]
  var exitReader: Task<Void, Never>?
  var healing: Task<Void, Never>?
  var foreign = ForeignFindings()
  var resolverReader: Task<Void, Never>?
  /// The engine's own identity, kept in the store.
  var identity = ""
  var hostFacts = HostEnvironment()
  /// In which families the engine itself made this host a router.
  var becameRouter = (ipv4: false, ipv6: false)
  /// The host forwards IPv6, and goes on doing so when the last network that needed it is gone: others may rely on it.
  var forwards6 = false
  var cleanupWorkers = CleanupWorkers()
  /// Operations that have effects outside the database and are not finished.
  var operations = OperationJournal()
  var volumeLocks = VolumeLocks()
  /// IPAM plugins that have not been asked since the engine started whether they want to be told again what they gave.
  var unreplayed: Set<String> = []
  var replays: [String: Task<Void, any Error>] = [:]
  /// Drivers for several hosts that know of this one, and by which address.
  var introduced: [String: String] = [:]
  /// What the steps of builds that are under way run in: of a container each has only the network.
  var builds: [ContainerID: Container] = [:]
  /// The further bridges of networks that needed some.
  var memberBridges: [NetworkID: Set<BridgeMember>] = [:]
  /// What is known of the cluster; `nil` for an engine that is in none.
  var cluster: ClusterState?
  var clusterFollower: Task<Void, Never>?
  private var attachedParts: Parts?
  private var store: StateStore?

  /// What the engine works with.
  struct Parts: Sendable {
    let reconciler: Reconciler
    /// The host's own network; with the kinds of link that the kernel is to be asked about.
    let hostNetwork: @Sendable (Set<String>) async throws -> HostNetwork
    let runtime: any RuntimePort
    let images: any ImageSource
    let dataPlane: any DataPlanePort
    /// Tells of what others do to the network; `nil` in tests that have no kernel.
    var watch: KernelWatch?
    /// The kernel's memory of conversations; `nil` in tests that have no kernel.
    var connections: ConntrackCleaner?
    /// Reads the tables of others that packets of containers pass through; `nil` in tests that have no kernel.
    var foreignTables: (@Sendable () async throws -> [ForeignTable])?
    /// Reads a whole namespace as it is, for explaining; `nil` in tests that have no kernel.
    var snapshot: (@Sendable (NetworkNamespaceName) async throws -> NamespaceSnapshot)?
    /// The image store itself, for what concerns images alone; `nil` in tests that have none.
    var imageStore: ImageStore?
    /// Kept running while the engine does; it goes on when the engine goes.
    var dataPlaneProcess: DataPlaneProcess?
    /// Is called after each effect of an operation. Tests stop the engine there; `nil` otherwise.
    var faultPoint: (@Sendable (String) async -> Void)?
    /// What the hosts of the cluster share; `nil` for an engine that is in none.
    var cluster: (any ClusterStorePort)?
    /// Where this host is on the network beneath, by an address or the name of a link.
    var underlay: (@Sendable (String) async throws -> Underlay?)?
  }

  public init(configuration: EngineConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    plugins = PluginRegistry(
      folders: configuration.pluginFolders, patience: configuration.pluginPatience, logger: logger)
    thread = try SerialThread("engine")
    volumeMounts = try VolumeMounts()
    eventLog = EventLog(capacity: configuration.eventHistory)
  }

  /// - Throws: `unavailable` before the engine was started and after it was shut down.
  var parts: Parts {
    get throws(EngineError) {
      guard let attachedParts else { throw EngineError(.unavailable, "the engine is not running") }
      return attachedParts
    }
  }

  func attach(_ parts: Parts?, _ store: StateStore?) {
    attachedParts = parts
    self.store = store
  }

  /// Afterwards every request is answered with `unavailable`.
  func detach() {
    attachedParts = nil
    do {
      try store?.close()
    } catch {
      logger.error("closing the state: \(error)")
    }
    store = nil
  }

  /// Writes changes in one transaction, and the changes of the cleanup queue with them. Does not await.
  func commit(_ changes: [StoreChange]) throws(EngineError) {
    guard let store else { throw EngineError(.unavailable, "the engine is not running") }
    try store.commit(changes + state.cleanup.changes)
    state.cleanup.didWrite()
  }

  /// Commits a container's record and takes it into the state; both or neither.
  func keep(_ container: Container, with more: [StoreChange] = []) throws(EngineError) {
    try commit(more + [.putContainer(container)])
    state.put(container)
  }

  /// The record of a container that is known to be there.
  func record(_ id: ContainerID) throws(EngineError) -> Container {
    guard let container = state.containers[id] else {
      throw EngineError(.notFound, "No such container: \(id)")
    }
    return container
  }

  nonisolated func files(of id: ContainerID) -> ContainerFiles {
    ContainerFiles(folder: "\(configuration.containersPath)/\(id)")
  }

  static func missing(_ what: String) -> EngineError { EngineError(.notImplemented, "\(what) is not there yet") }
}
