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
  /// Opens the store, finds out what runs, completes or undoes what was half done, and brings the host to what shall be.
  ///
  /// - Throws: when the store cannot be used or a program that the engine needs is missing; the message says which.
  public func start() async throws {
    for folder in [configuration.dataRoot, configuration.execRoot, configuration.containersPath] {
      try makeFolder(folder)
    }
    try makeFolder(configuration.volumesPath, 0o701)
    let store = try StateStore(path: configuration.databasePath)
    do {
      let parts = try await assemble()
      try await start(with: parts, store: store)
    } catch {
      attach(nil, nil)
      try? store.close()
      throw error
    }
  }

  /// The real parts.
  private func assemble() async throws -> Parts {
    let runtime = try ConmonRuntime(configuration: configuration, logger: logger)
    let sandboxes = SandboxDirectory(configuration.namespacesPath)
    let kernel = try await KernelExecutor(sandboxes: sandboxes)
    let images = try await ImageStore(
      dataRoot: configuration.dataRoot, containersPath: configuration.containersPath,
      registries: configuration.registries, registryFolder: configuration.registriesPath, logger: logger)
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
      imageStore: images, dataPlaneProcess: process,
      cluster: try configuration.cluster.map(Self.store),
      underlay: { text in
        let observer = KernelObserver(kernel)
        return Underlay.find(text, try await observer.hostLinks(), try await observer.hostAddresses())
      })
  }

  /// - Throws: what is wrong with its certificates.
  private static func store(_ cluster: ClusterConfiguration) throws -> EtcdClient {
    EtcdClient(
      servers: cluster.servers, prefix: cluster.prefix, tls: try cluster.tls.map { try .client($0, verifies: true) })
  }

  private func dataPlaneProgram() throws(EngineError) -> String {
    if let program = configuration.dataPlaneProgram { return try Tool(program, package: "causeway").path }
    // Beside the engine's own program, or else wherever programs are.
    if let own = ownProgram(), let slash = own.lastIndex(of: "/") {
      let sibling = "\(own[..<slash])/causeway-dataplane"
      if let path = Tool.find(sibling) { return path }
    }
    return try Tool("causeway-dataplane", package: "causeway").path
  }

  /// Takes up work with these parts: what ``start()`` does once everything is there.
  func start(with parts: Parts, store: StateStore) async throws {
    attach(parts, store)
    let stored = try store.load()
    hostFacts = HostEnvironment.read(resolverConfiguration: configuration.resolverConfiguration)
    for network in stored.networks { state.insert(network) }
    for volume in stored.volumes { state.volumes[volume.name] = volume }
    for container in stored.containers {
      state.put(container)
      for endpoint in container.allEndpoints { state.adopt(endpoint) }
      for publication in container.publications { state.ports.hold(publication, for: container.id) }
      lives[container.id] = ContainerLife(container)
    }
    operations = OperationJournal(stored.operations)
    for (id, operation) in stored.operations where operations.operations[OperationID(text: id)] == nil {
      logger.error("this engine does not know the interrupted operation \(operation.kind)")
    }
    try dropUnfinishedNetworks(try loadCleanupQueue(stored))
    unreplayed = Set(state.networks.values.filter(\.ipam.isPlugin).map(\.ipam.driver))
    try settle(stored.settings)
    await loadCluster(stored.settings, parts)
    try await makePredefinedNetworks(parts)
    // What is other engines' is part of what shall be.
    _ = await observeForeignTables()
    try await recover(parts)
    await updateDockerUserChain()
    startHealing(parts)
    watchResolverConfiguration()
    let ends = parts.runtime.exits
    exitReader = Task { [weak self] in
      for await end in ends { Task { await self?.ended(end) } }
    }
    for container in state.containers.values { resume(container) }
    Task { await self.cleanUp() }
    resumePlugins()
    startFollowingCluster(parts)
    logger.info(
      "the engine is ready",
      metadata: ["containers": "\(state.containers.count)", "networks": "\(state.networks.count)"])
  }

  /// Facts about the engine that are kept: who it is, and what the host was before it came.
  private func settle(_ settings: [String: String]) throws(EngineError) {
    var changes: [StoreChange] = []
    identity = settings["id"] ?? ContainerID.random().rawValue
    if settings["id"] == nil { changes.append(.putSetting(key: "id", value: identity)) }
    let boot = (try? readFile("/proc/sys/kernel/random/boot_id"))?.trimmed ?? ""
    let known = (settings["router"] ?? "").split(separator: " ").map(String.init)
    let isSameBoot = known.count == 3 && known[0] == boot
    func closed(_ path: String) -> Bool { (try? readFile(path))?.trimmed == "0" }
    becameRouter = (
      isSameBoot && known[1] == "1" || closed("/proc/sys/net/ipv4/ip_forward"),
      isSameBoot && known[2] == "1" || closed("/proc/sys/net/ipv6/conf/all/forwarding")
    )
    forwards6 = becameRouter.ipv6 && !closed("/proc/sys/net/ipv6/conf/all/forwarding")
    let value = "\(boot) \(becameRouter.ipv4 ? 1 : 0) \(becameRouter.ipv6 ? 1 : 0)"
    if settings["router"] != value { changes.append(.putSetting(key: "router", value: value)) }
    try commit(changes)
  }

  /// What goes on for a container now that the engine is there.
  private func resume(_ container: Container) {
    // A removal that could not be completed is tried again at the next start.
    guard let life = lives[container.id], !isBeingRemoved(container.id) else { return }
    if life.state.pid != 0 { return beginHealthChecks(of: container) }
    if life.autoRemove, life.state.status == .exited {
      let id = container.id
      Task { await self.alone(with: id) { await self.destroyLogged(id) } }
      return
    }
    guard life.startsWithEngine else { return }
    lives[container.id]?.willStartWithEngine()
    restart(container.id, after: .zero)
  }

  /// Lets go of everything in order. Containers keep running, talking and resolving.
  public func shutdown() async {
    exitReader?.cancel()
    healing?.cancel()
    foreign.reading?.cancel()
    resolverReader?.cancel()
    for task in restarts.values { task.cancel() }
    for task in healthChecks.values { task.cancel() }
    if let parts = try? parts { await parts.dataPlaneProcess?.leave() }
    await takeLeave()
    await leaveCluster()
    eventLog.finish()
    detach()
  }
}

/// The path of the program that runs.
private func ownProgram() -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = readlink("/proc/self/exe", &buffer, buffer.count)
  return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
}
