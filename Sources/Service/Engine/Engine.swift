import Addressing
import DataPlane
import EngineModel
import Images
import Kernel
package import Logging
import NetworkPlan
import Plugins
import Reconciler
import StateStore

/// The engine: networks, containers, volumes and images, and the operations on them.
///
/// The state in memory mirrors the store. This actor is the only writer of both. It runs on a thread of its own, where a
/// commit may block: there is no `await` between reading the state and committing a decision. Long steps run outside,
/// one operation at a time on each container, and a second step commits their outcome.
///
/// Every `reference` is a name, a full id, or an unambiguous prefix of an id.
package actor Engine {
  package nonisolated let configuration: EngineConfiguration
  nonisolated let logger: Logger
  nonisolated let plugins: PluginRegistry
  private nonisolated let thread: SerialThread
  nonisolated let volumeMounts: VolumeMounts

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// The records, as the store has them.
  var state = EngineState()
  /// What is known about containers and never stored.
  var transient = TransientState()
  var eventLog: EventLog
  /// What is known about networks and never stored.
  var networkActivity = NetworkActivity()
  var pluginSessions = PluginSessions()
  var hostState = HostState()
  var foreign = ForeignFirewallMonitor()
  /// `nil` for an engine without a cluster.
  var cluster: ClusterState?
  var cleanupWorkers = CleanupWorkers()
  /// Unfinished operations with effects outside the database.
  var operations = OperationJournal()
  private var session: Session?

  /// The parts, the database and the background tasks of a running engine.
  private struct Session {
    let parts: Parts
    let store: StateStore
    var tasks: [Task<Void, Never>] = []
  }

  /// The interfaces through which the engine reaches everything outside.
  struct Parts: Sendable {
    let reconciler: Reconciler
    /// Reads the host's own network. The parameter names link kinds whose support it probes.
    let hostNetwork: @Sendable (Set<String>) async throws -> HostNetwork
    let runtime: any RuntimePort
    let images: any ImageSource
    let dataPlane: any DataPlanePort
    /// Notifications about changes to the host's network; `nil` in tests that have no kernel.
    var watch: KernelWatch?
    /// Removes conntrack entries; `nil` in tests that have no kernel.
    var connections: ConntrackCleaner?
    /// Reads the foreign firewall tables; `nil` in tests that have no kernel.
    var foreignTables: (@Sendable () async throws -> [ForeignTable])?
    /// Reads the observed state of a whole namespace; `nil` in tests that have no kernel.
    var snapshot: (@Sendable (NetworkNamespaceName) async throws -> NamespaceSnapshot)?
    /// The image store, for operations on images; `nil` in tests that have none.
    var imageStore: ImageStore?
    /// The data plane's process. It keeps running when the engine ends.
    var dataPlaneProcess: DataPlaneProcess?
    /// Keeps other engines from this host's network; `nil` in tests.
    var claims: HostClaims?
    /// Is called after each effect of an operation. Tests stop the engine there; `nil` otherwise.
    var faultPoint: (@Sendable (String) async -> Void)?
    /// The store of the cluster; `nil` for an engine without a cluster.
    var cluster: (any ClusterStorePort)?
    /// Finds this host's address on the underlay, by an address or a link name.
    var underlay: (@Sendable (String) async throws -> Underlay?)?
  }

  package init(configuration: EngineConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    plugins = PluginRegistry(
      folders: configuration.pluginFolders, timeout: configuration.pluginTimeout, logger: logger)
    thread = try SerialThread("engine")
    volumeMounts = try VolumeMounts()
    eventLog = EventLog(capacity: configuration.eventHistory)
  }

  /// - Throws: `unavailable` before the engine started and after it shut down.
  var parts: Parts {
    get throws(EngineError) {
      guard let session else { throw EngineError(.unavailable, "the engine is not running") }
      return session.parts
    }
  }

  func attach(_ parts: Parts, _ store: StateStore) {
    session = Session(parts: parts, store: store)
  }

  /// Owns a task that runs as long as the engine does.
  func addBackgroundTask(_ task: Task<Void, Never>) { session?.tasks.append(task) }

  func cancelBackgroundTasks() {
    for task in session?.tasks ?? [] { task.cancel() }
    session?.tasks = []
  }

  /// Closes the store. Afterwards every request fails with `unavailable`.
  func detach() {
    let store = session?.store
    session = nil
    do {
      try store?.close()
    } catch {
      logger.error("closing the state: \(error)")
    }
  }

  /// Writes changes in one transaction, and the changes of the cleanup queue with them. Does not await.
  func commit(_ changes: [StoreChange]) throws(EngineError) {
    guard let store = session?.store else { throw EngineError(.unavailable, "the engine is not running") }
    try store.commit(changes + state.cleanup.changes)
    state.cleanup.didWrite()
  }

  nonisolated func files(of id: ContainerID) -> ContainerFiles {
    ContainerFiles(folder: "\(configuration.containersPath)/\(id)")
  }

  static func notImplemented(_ what: String) -> EngineError {
    EngineError(.notImplemented, "\(what) is not implemented")
  }
}
