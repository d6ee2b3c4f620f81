import Coordination
import Addressing
import DataPlane
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler
import StateStore

extension Engine {
  /// - Throws: `notModified` when it runs already.
  package func startContainer(_ reference: String) async throws {
    let id = try state.container(reference).id
    try await withLock(on: id) { try await start(id) }
  }

  /// Starts a stopped container. The caller must hold its lock.
  ///
  /// It commits twice: the operation with the addresses and ports before the first effect, and the running state. A start
  /// of the engine releases the addresses of a record that has no process.
  func start(_ id: ContainerID, automatic: Bool = false) async throws {
    let parts = try parts
    try transition(id, .memoryOnly) { (machine, container) throws(EngineError) in
      try machine.beginStart(&container, automatic: automatic)
    }
    var leases: [NetworkID: PluginLease] = [:]
    var operation: OperationID?
    do {
      leases = try await leasePluginAddresses(for: try record(id))
      let network = try networkNamespace(of: try record(id))
      var container = try commitNetwork(of: id, &leases, &operation)
      await checkpoint("start recorded")
      let pid = try await prepareProcess(&container, network, parts)
      await checkpoint("process made")
      await connectPendingAttachments(container, parts)
      for intent in endpointIntents(container) { emit("connect", intent.network, id) }
      emitMounts(of: container)
      try await parts.runtime.start(id)
      await checkpoint("process started")
      try didStart(id, pid, operation)
      // Clients that attached since.
      await connectPendingAttachments(container, parts)
      await refreshLinks(to: id)
    } catch {
      let failure = Self.described("failed to start container", error)
      if !leases.isEmpty { await releaseLeases(leases) }
      await didFailToStart(id, failure)
      if let operation { abandon(operation) }
      throw failure
    }
  }

  /// Allocates the addresses, interface names and ports, and commits the record and the operation of the start. On an
  /// error nothing is allocated.
  ///
  /// - Parameter leases: the addresses from IPAM plugins and the cluster; those that are used are removed from it.
  private func commitNetwork(
    of id: ContainerID, _ leases: inout [NetworkID: PluginLease], _ operation: inout OperationID?
  ) throws(EngineError) -> Container {
    var container = try record(id)
    try checkLinks(of: container)
    try checkClaims(of: container, leases)
    try leaseNetwork(for: &container, leases: &leases)
    do throws(EngineError) {
      let links = try? sandboxIntent(container).state().linksToMake
      operation = try begin(.startContainer(id, links: links ?? []), with: [.putContainer(container)])
      state.put(container)
    } catch {
      releaseNetwork(of: &container)
      throw error
    }
    return container
  }

  /// Records that the process runs. It may have ended already: its exit report waits for the lock.
  private func didStart(_ id: ContainerID, _ pid: Int32, _ operation: OperationID?) throws(EngineError) {
    guard state.containers[id] != nil else { return }
    // A container that runs is whole: a removal that failed before is not completed later.
    let failedRemovals = transient.machines[id]?.isRemoving == true ? [] : operations.removals(of: id)
    let finished = [operation].compactMap(\.self) + failedRemovals
    // The process is running; a failed write is logged, not rolled back.
    try transition(id, .logged, with: finished.map { operations.remove($0) }) {
      $0.didStart(&$1, pid: pid, at: .now)
    }
    let container = try record(id)
    emit("start", container)
    startHealthChecks(of: container)
  }

  private func didFailToStart(_ id: ContainerID, _ failure: EngineError) async {
    await releaseResources(of: id)
    let code = RuntimeExit.code(of: failure)
    let wasRestarting = state.containers[id]?.state.status == .restarting
    let actions = try? transition(id, .logged) {
      $0.didFailToStart(&$1, failure.message, exitCode: code, at: .now)
    }
    guard let actions else { return }
    await cleanUp()
    transient.attachments.refuse(id)
    // A first start that fails is no end of the container: its client gets the error as the answer to the start.
    transient.waits.resolve(
      id, wasRestarting ? WaitList.atRest : [.rest, .run], WaitResult(exitCode: code, error: failure.message))
    if actions.contains(.remove) { await destroyLogged(id) }
  }

  /// Where the container's processes find their network.
  ///
  /// - Throws: in Docker's words when the container whose network it shares does not run.
  func networkNamespace(of container: Container) throws(EngineError) -> LaunchRequest.Network {
    switch container.host.networkMode {
    case .host: return .host
    case .default, .bridge, .none, .network: return .namespace(namespacePath(container.id))
    case .container(let reference):
      guard let id = ContainerID(reference), let other = state.containers[id] else {
        throw EngineError(.notFound, "No such container: \(reference)")
      }
      guard other.id != container.id else {
        throw EngineError(.invalidParameter, "cannot join own network namespace")
      }
      switch other.state.status {
      case .running, .paused: return try networkNamespace(of: other)
      case .restarting:
        throw EngineError(.conflict, "Container \(other.id) is restarting, wait until the container is running")
      default:
        throw EngineError(.conflict, "cannot join network of a non running container: \(other.id)")
      }
    }
  }

  /// Creates everything that the process needs, and the process itself, which waits for the start. Independent steps run
  /// concurrently: the root file system, the port reservations, the network and the process.
  private func prepareProcess(
    _ container: inout Container, _ namespace: LaunchRequest.Network, _ parts: Parts
  ) async throws -> Int32 {
    let id = container.id
    let isOwner = Self.hasSandbox(container)
    async let root = parts.images.mount(id)
    do {
      try await reservePorts(of: &container, parts)
      try writeFiles(of: container)
      try await mountSharedMemory(of: container)
      if isOwner { try await parts.reconciler.update(.sandbox(id.rawValue)) { SandboxIntent.emptySandbox(id) } }
    } catch {
      // The caller unmounts: wait until nothing mounts any more.
      _ = try? await root
      throw error
    }
    // The OCI runtime needs only the namespace's file: the links are created meanwhile.
    let record = container
    async let network: Void = isOwner ? connectNetworks(of: record, parts) : ()
    async let mounts = mountSources(of: record)
    do {
      var request = try launchRequest(container, namespace, root: try await root)
      request.container.mounts = try await mounts
      let pid = try await parts.runtime.create(request)
      try await network
      return pid
    } catch {
      _ = try? await network
      _ = try? await mounts
      throw error
    }
  }

  /// Creates the container's links and addresses, and publishes its names.
  private func connectNetworks(of container: Container, _ parts: Parts) async throws {
    for intent in endpointIntents(container) { try await networkActivity.creation(of: intent.network.id)?.value }
    var container = container
    try await joinPlugins(&container)
    try await publishEndpoints(of: container)
    if try await updateGatewayEndpoint(of: &container) {
      try commitGatewayEndpoint(of: container)
      try await reservePorts(of: &container, parts)
    }
    await parts.connections?.finishRemoval(
      container.allEndpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(container))
    try await createNeededBridges(of: container, parts)
    try await updateSandbox(of: container)
    // The ports are reserved already.
    try await parts.dataPlane.apply(
      dataPlaneTable(of: container).changes.filter { if case .reserve = $0 { false } else { true } })
    try await publishAtPlugins(container)
    let ports = container.publications.filter { $0.containerPort.transport == .udp }.map(\.hostPort)
    await parts.connections?.removeUntranslated(toPorts: Set(ports))
  }

  /// Reserves the container's host ports, so that no other program binds them. Ports from a range are chosen again when
  /// another program has one.
  private func reservePorts(of container: inout Container, _ parts: Parts) async throws {
    var refused: Set<UInt16> = []
    // Each attempt finds at least one more port that another program has.
    for _ in 0..<64 where !container.publications.isEmpty {
      do {
        try await parts.dataPlane.apply([.reserve(Self.reservations(container), owner: container.id.rawValue)])
        return
      } catch let rejection as DataPlaneRejection {
        let unavailable = rejection.reasons.compactMap { reason -> (PortReservation, Int32)? in
          if case .port(let reservation, let errno) = reason { (reservation, errno) } else { nil }
        }
        guard let (first, number) = unavailable.first else { throw rejection }
        refused.formUnion(unavailable.map(\.0.port))
        try chooseOtherPorts(for: &container, refused, first, number)
      }
    }
  }

  private func chooseOtherPorts(
    for container: inout Container, _ refused: Set<UInt16>, _ first: PortReservation, _ number: Int32
  ) throws(EngineError) {
    let old = container.publications
    releasePorts(of: &container)
    do throws(EngineError) {
      try leasePorts(for: &container, refused: refused)
      let chosen = container.publications
      try mutate(container.id) { $0.publications = chosen }
    } catch {
      releasePorts(of: &container)
      throw Self.portRefusal(container, first, number)
    }
    guard container.publications != old else { throw Self.portRefusal(container, first, number) }
  }

  private static func portRefusal(_ container: Container, _ port: PortReservation, _ number: Int32) -> EngineError {
    let host = port.address.family == .ipv6 ? "[\(port.address)]" : "\(port.address)"
    let endpoint = container.endpoints.first?.id.rawValue ?? ""
    return EngineError(
      .system,
      "failed to set up container networking: driver failed programming external connectivity on endpoint "
        + "\(container.name) (\(endpoint)): failed to bind host port \(host):\(port.port)/\(port.transport.rawValue): "
        + SystemCallError.reason(number).lowercased())
  }

  private func launchRequest(
    _ container: Container, _ network: LaunchRequest.Network, root: String
  ) throws(EngineError) -> LaunchRequest {
    var joined: [String: Int32] = [:]
    for (kind, mode) in [("ipc", container.host.ipcMode), ("pid", container.host.pidMode)]
    where mode.hasPrefix("container:") {
      let other = try state.container(String(mode.dropFirst("container:".count)))
      guard other.state.pid > 0 else {
        throw EngineError(.conflict, "cannot join \(kind) of a non running container: \(other.id)")
      }
      joined[kind] = other.state.pid
    }
    var launched = container
    launched.configuration.environment += linkVariables(of: container)
    return LaunchRequest(
      container: launched, rootFilesystem: root, network: network, files: ownMounts(of: container), joined: joined,
      sharedMemory: try sharedMemory(of: container),
      logPath: container.host.logConfiguration.driver == LogDriver.none.rawValue ? nil : files(of: container.id).log,
      logLimit: try LogOptions(container).limit)
  }

  /// The engine's own files in a container. A container that shares another one's network gets that one's files.
  func ownMounts(of container: Container) -> [LaunchRequest.EngineMount] {
    var owner = container.id
    if case .container(let other) = container.host.networkMode, let id = ContainerID(other) { owner = id }
    let files = files(of: owner)
    let mounts = [
      LaunchRequest.EngineMount(source: files.resolverConfiguration, destination: "/etc/resolv.conf"),
      LaunchRequest.EngineMount(source: files.hostname, destination: "/etc/hostname"),
      LaunchRequest.EngineMount(source: files.hosts, destination: "/etc/hosts"),
    ]
    // A user's own mount at the same path wins.
    let mounted = Set(container.mounts.map(\.destination))
    return mounts.filter { !mounted.contains($0.destination) }
  }

  private func connectPendingAttachments(_ container: Container, _ parts: Parts) async {
    for attachment in transient.attachments.removeAll(of: container.id) {
      do {
        attachment.streams.succeed(
          try parts.runtime.attach(
            container.id, terminal: container.configuration.tty, stdin: attachment.stdin))
      } catch {
        logger.warning("attaching to \(container.id.short): \(error)")
        attachment.streams.succeed(nil)
      }
    }
  }
}

extension SandboxIntent {
  /// An empty namespace.
  static func emptySandbox(_ id: ContainerID) -> KernelState {
    var state = KernelState()
    state.sandboxes.insert(id.rawValue)
    return state
  }
}
