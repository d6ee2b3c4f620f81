import Addressing
import ClusterStore
import DataPlane
import EngineModel
import Glibc
import Images
import Kernel
import Logging
import NetworkPlan
import Reconciler
import Runtime
import StateStore
import TransportSecurity

extension Engine {
  /// Opens the store, recovers interrupted operations and reconciles the host's network.
  ///
  /// - Throws: when the store cannot be used or a program that the engine needs is missing; the message says which.
  package func start() async throws {
    try PrivateFolders(configuration: configuration, logger: logger).prepare()
    if HostFacts.isAppArmorEnabled {
      logger.warning(
        "AppArmor is enabled, but containers run without a profile unless --security-opt apparmor=NAME gives them one")
    }
    let reserve = SpaceReserve(path: "\(configuration.dataRoot)/space-reserve")
    reserve.fill()
    let store = try StateStore(path: configuration.databasePath, reserve: reserve)
    do {
      let parts = try await assemble(reserve)
      do {
        try await start(with: parts, store: store)
      } catch {
        // Nothing uses it yet. Where containers exist, it goes on answering their queries.
        if state.containers.isEmpty { await parts.dataPlaneProcess?.terminateIfStarted() }
        throw error
      }
    } catch {
      detach()
      try? store.close()
      throw error
    }
  }

  /// The parts of an engine on a real host.
  private func assemble(_ reserve: SpaceReserve) async throws -> Parts {
    let claims = try HostClaims(execRoot: configuration.execRoot)
    let runtime = try ConmonRuntime(configuration: configuration, logger: logger)
    let sandboxes = SandboxDirectory(configuration.namespacesPath)
    let kernel = try await KernelExecutor(sandboxes: sandboxes)
    let images = try await ImageStore(
      dataRoot: configuration.dataRoot, containersPath: configuration.containersPath,
      registries: configuration.registries, registryFolder: configuration.registriesPath, reserve: reserve,
      logger: logger)
    let dataPlane = DataPlaneConfiguration(
      stateFolder: "\(configuration.execRoot)/dataplane", socketPath: "\(configuration.execRoot)/dataplane.sock",
      pidfilePath: "\(configuration.execRoot)/dataplane.pid")
    try makeFolder(dataPlane.stateFolder, 0o700)
    let process = DataPlaneProcess(
      program: try dataPlaneProgram(), configuration: dataPlane, logPath: "\(configuration.execRoot)/dataplane.log"
    ) { [logger] in logger.error("\($0)") }
    try await process.keepRunning()
    return Parts(
      reconciler: Reconciler(kernel: kernel, logger: logger),
      hostNetwork: { try await KernelObserver(kernel).hostNetwork(probing: $0) }, runtime: runtime,
      images: StoredImages(store: images), dataPlane: try DataPlaneClient(socketPath: dataPlane.socketPath),
      watch: try await kernel.watch(),
      connections: ConntrackCleaner(kernel, logger: logger),
      foreignTables: { try await KernelObserver(kernel).foreignTables() },
      snapshot: { try await KernelObserver(kernel).snapshot(of: $0) },
      imageStore: images, dataPlaneProcess: process, claims: claims,
      cluster: try configuration.cluster.map(Self.store),
      underlay: { text in
        let observer = KernelObserver(kernel)
        return Underlay.find(text, try await observer.hostLinks(), try await observer.hostAddresses())
      })
  }

  /// - Throws: when its certificates cannot be used.
  private static func store(_ cluster: ClusterConfiguration) throws -> EtcdClient {
    EtcdClient(
      servers: cluster.servers, prefix: cluster.prefix, tls: try cluster.tls.map { try .client($0, verifies: true) })
  }

  private func dataPlaneProgram() throws(EngineError) -> String {
    if let program = configuration.dataPlaneProgram { return try Tool(program, package: "causeway").path }
    // In the folder of the engine's own program, or else in PATH.
    if let own = ownProgram(), let slash = own.lastIndex(of: "/") {
      let sibling = "\(own[..<slash])/causeway-dataplane"
      if let path = Tool.find(sibling) { return path }
    }
    return try Tool("causeway-dataplane", package: "causeway").path
  }

  /// Starts with these parts and this store.
  func start(with parts: Parts, store: StateStore) async throws {
    attach(parts, store)
    let stored = try store.load()
    hostState.environment = HostEnvironment.read(resolverConfiguration: configuration.resolverConfiguration)
    for record in stored.unreadable {
      logger.error(
        "a record cannot be read and was set aside in the table unreadable_record: \(record.kind.rawValue) \(record.id)",
        metadata: ["problem": "\(record.problem)"])
    }
    state.unreadableContainers = Set(
      stored.unreadable.filter { $0.kind == .container }.compactMap { ContainerID($0.id) })
    for network in stored.networks { state.insert(network) }
    for volume in stored.volumes { state.volumes[volume.name] = volume }
    for container in stored.containers {
      state.put(container)
      for endpoint in container.allEndpoints { state.restoreLeases(of: endpoint) }
      for publication in container.publications { state.ports.reserve(publication, for: container.id) }
    }
    operations = OperationJournal(stored.operations)
    for (id, operation) in stored.operations where operations.operations[OperationID(text: id)] == nil {
      logger.error("this engine does not know the interrupted operation \(operation.kind)")
    }
    try removeUnfinishedNetworks(try loadCleanupQueue(stored))
    pluginSessions.expectReplays(of: Set(state.networks.values.filter(\.ipam.isPlugin).map(\.ipam.driver)))
    try commit(hostState.restore(stored.settings) { path in (try? readFile(path))?.trimmed })
    await loadCluster(stored.settings, parts)
    try await makePredefinedNetworks(parts)
    // The desired state depends on the tables and bridges of other engines.
    _ = await observeForeignTables()
    try await recover(parts)
    await updateForeignFirewalls()
    startHealing(parts)
    watchResolverConfiguration()
    let reports = parts.runtime.exits
    addBackgroundTask(
      Task { [weak self] in
        for await report in reports { Task { await self?.didExit(report) } }
      })
    for container in state.containers.values { resume(container) }
    Task { await self.cleanUp() }
    resumePlugins()
    startFollowingCluster(parts)
    logger.info(
      "the engine is ready",
      metadata: ["containers": "\(state.containers.count)", "networks": "\(state.networks.count)"])
  }

  /// Resumes health checks, removals and restart policies.
  private func resume(_ container: Container) {
    // The next start tries a removal again that could not be completed.
    guard !isBeingRemoved(container.id) else { return }
    let id = container.id
    if container.state.pid != 0 { return startHealthChecks(of: container) }
    if container.host.autoRemove, container.state.status == .exited {
      Task { await self.withLock(on: id) { await self.destroyLogged(id) } }
      return
    }
    guard ContainerStateMachine.startsWithEngine(container) else { return }
    _ = try? transition(id, .memoryOnly) { $0.willStartWithEngine(&$1) }
    scheduleRestart(of: id, after: .zero)
  }

  /// Stops the engine. Containers, their networks and DNS keep working.
  package func shutdown() async {
    cancelBackgroundTasks()
    foreign.cancel()
    transient.cancelTasks()
    if let parts = try? parts { await parts.dataPlaneProcess?.stopSupervising() }
    await announceNodeRemoval()
    await leaveCluster()
    eventLog.finish()
    detach()
  }
}

/// The path of this program. After an upgrade it is that of the new one.
func ownProgram() -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  guard count > 0 else { return nil }
  let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let suffix = " (deleted)"
  return path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
}
