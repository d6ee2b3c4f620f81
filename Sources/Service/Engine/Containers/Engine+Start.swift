import Addressing
import DataPlane
import EngineModel
import Logging
import NetworkPlan
import Reconciler
import StateStore

extension Engine {
  /// - Throws: `notModified` when it runs already.
  public func startContainer(_ reference: String) async throws {
    let id = try state.container(reference).id
    try await alone(with: id) { try await launch(id) }
  }

  /// Starts a stopped container. The caller must hold its lock.
  ///
  /// Two commits: the operation with the addresses and ports before the first effect, and the running state. A start of
  /// the engine releases the addresses of a record that has no process.
  func launch(_ id: ContainerID, automatic: Bool = false) async throws {
    let parts = try parts
    var leases = try await leasesForLaunch(id, automatic: automatic)
    var container = try record(id)
    var life = lives[id] ?? ContainerLife(container)
    do throws(EngineError) {
      try life.beginStart(automatic: automatic)
    } catch {
      await giveBack(leases)
      throw error
    }
    lives[id] = life
    container.state = life.state
    var operation: OperationID?
    do {
      let network = try launchNetwork(of: container)
      try checkLinks(of: container)
      try checkClaims(of: container, leases)
      try leaseNetwork(for: &container, leases: &leases)
      do {
        let links = try? sandboxIntent(container).state().linksToMake
        operation = try begin(.startContainer(id, links: links ?? []), with: [.putContainer(container)])
        state.put(container)
      } catch {
        releaseNetwork(of: &container)
        throw error
      }
      await passed("start recorded")
      let pid = try await makeReady(&container, network, parts)
      await passed("process made")
      await connectPendingAttachments(container, parts)
      for intent in endpointIntents(container) { emit("connect", intent.network, id) }
      emitMounts(of: container)
      try await parts.runtime.start(id)
      await passed("process started")
      try didStart(id, pid, operation)
      await refreshLinks(to: id)
    } catch {
      let failure = Self.described("failed to start container", error)
      if !leases.isEmpty { await giveBack(leases) }
      await startFailed(id, failure)
      if let operation { abandon(operation) }
      throw failure
    }
  }

  /// What IPAM plugins give for a container that may be started.
  private func leasesForLaunch(_ id: ContainerID, automatic: Bool) async throws -> [NetworkID: PluginLease] {
    let container = try record(id)
    let networks =
      container.endpoints.compactMap { state.networks[$0.network] }
      + container.unresolvedNetworks.keys.compactMap { try? state.network($0) }
    guard networks.contains(where: \.asksForAddresses) else { return [:] }
    var life = lives[id] ?? ContainerLife(container)
    try life.beginStart(automatic: automatic)
    do {
      return try await askAddresses(for: container)
    } catch {
      let failure = Self.described("failed to start container", error)
      lives[id] = life
      await startFailed(id, failure)
      throw failure
    }
  }

  /// Records that the process was let go. Its end may have come already; it waits for its turn.
  private func didStart(
    _ id: ContainerID, _ pid: Int32, _ operation: OperationID?
  ) throws(EngineError) {
    guard var life = lives[id], var container = state.containers[id] else { return }
    life.didStart(pid: pid, at: .now)
    lives[id] = life
    container.state = life.state
    // A container that runs is whole: a removal that failed before is not completed later.
    let failedRemovals = life.isRemoving ? [] : operations.removals(of: id)
    let finished = [operation].compactMap(\.self) + failedRemovals
    // The process is running; a failed write is logged, not rolled back.
    do throws(EngineError) {
      try keep(container, with: finished.map { operations.remove($0) })
    } catch {
      state.put(container)
      logger.error("the start of \(id.short) could not be recorded: \(error)")
    }
    emit("start", container)
    beginHealthChecks(of: container)
  }

  private func startFailed(_ id: ContainerID, _ failure: EngineError) async {
    await release(id)
    guard var life = lives[id], var container = state.containers[id] else { return }
    let actions = life.didFailToStart(
      failure.message, exitCode: RuntimeExit.code(of: failure), at: .now)
    lives[id] = life
    container.state = life.state
    keepWhateverHappens(container)
    await cleanUp()
    refusePendingAttachments(id)
    waits.resolve(id, [.exit, .rest], WaitResult(exitCode: life.state.exitCode, error: failure.message))
    if actions.contains(.remove) { await destroyLogged(id) }
  }

  /// Commits a record that describes what is already so.
  func keepWhateverHappens(_ container: Container) {
    do throws(EngineError) {
      try keep(container)
    } catch {
      state.put(container)
      logger.error("the state of \(container.id.short) could not be recorded: \(error)")
    }
  }

  /// - Throws: in Docker's words when the container whose network is to be used does not run.
  func launchNetwork(of container: Container) throws(EngineError) -> LaunchRequest.Network {
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
      case .running, .paused: return try launchNetwork(of: other)
      case .restarting:
        throw EngineError(.conflict, "Container \(other.id) is restarting, wait until the container is running")
      default:
        throw EngineError(.conflict, "cannot join network of a non running container: \(other.id)")
      }
    }
  }

  /// Makes everything around the process, and the process itself, which waits to be let go. What does not need one
  /// another goes side by side: the root file system, the held ports, the network and the process.
  private func makeReady(
    _ container: inout Container, _ place: LaunchRequest.Network, _ parts: Parts
  ) async throws -> Int32 {
    let id = container.id
    let isOwner = Self.hasSandbox(container)
    async let root = parts.images.mount(id)
    do {
      try await holdPorts(of: &container, parts)
      try writeFiles(of: container)
      try await mountSharedMemory(of: container)
      if isOwner { try await parts.reconciler.update(.sandbox(id.rawValue)) { SandboxIntent.bare(id) } }
    } catch {
      // Nobody shall mount behind the back of the one who tidies up.
      _ = try? await root
      throw error
    }
    // The OCI runtime needs the namespace's file and not what is in it: the network is made meanwhile.
    let record = container
    async let network: Void = isOwner ? bringUp(record, parts) : ()
    async let mounts = mountSources(of: record)
    do {
      var order = try launchRequest(container, place, root: try await root)
      order.container.mounts = try await mounts
      let pid = try await parts.runtime.create(order)
      try await network
      return pid
    } catch {
      _ = try? await network
      _ = try? await mounts
      throw error
    }
  }

  /// Makes the container's links and addresses, and lets its names be known.
  private func bringUp(_ container: Container, _ parts: Parts) async throws {
    for intent in endpointIntents(container) { try await networksBeingCreated[intent.network.id]?.value }
    var container = container
    try await joinPlugins(&container)
    try await publishEndpoints(of: container)
    if try await updateGatewayEndpoint(of: &container) {
      try commitGatewayEndpoint(of: container)
      try await holdPorts(of: &container, parts)
    }
    await parts.connections?.finishRemoval(
      container.allEndpoints.flatMap(\.addresses), for: ConntrackCleaner.Holder(container))
    try await createNeededBridges(of: container, parts)
    try await updateSandbox(of: container)
    try await parts.dataPlane.apply(dataPlaneTable(of: container).changes)
    try await publishAtPlugins(container)
    let ports = container.publications.filter { $0.containerPort.transport == .udp }.map(\.hostPort)
    await parts.connections?.removeUntranslated(toPorts: Set(ports))
  }

  /// Holds the container's ports against other programs. Ports that nobody asked for by number are chosen again when
  /// one turns out to be taken.
  private func holdPorts(of container: inout Container, _ parts: Parts) async throws {
    var refused: Set<UInt16> = []
    // Each round learns of at least one more port.
    for _ in 0..<64 where !container.publications.isEmpty {
      do {
        try await parts.dataPlane.apply([.reserve(Self.reservations(container), owner: container.id.rawValue)])
        return
      } catch let refusal as DataPlaneRefusal {
        let taken = refusal.failures.compactMap { failure -> (PortReservation, Int32)? in
          if case .port(let reservation, let errno) = failure { (reservation, errno) } else { nil }
        }
        guard let (first, number) = taken.first else { throw refusal }
        refused.formUnion(taken.map(\.0.port))
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
      try keep(container)
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
        + ErrorNumber(number).sentence)
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
      logPath: container.host.logConfiguration.driver == "none" ? nil : files(of: container.id).log,
      logBound: try LogOptions(container).bound)
  }

  /// The engine's own files in a container: those of another container's where the network is that one's.
  func ownMounts(of container: Container) -> [LaunchRequest.EngineMount] {
    var owner = container.id
    if case .container(let other) = container.host.networkMode, let id = ContainerID(other) { owner = id }
    let files = files(of: owner)
    let mounts = [
      LaunchRequest.EngineMount(source: files.resolverConfiguration, destination: "/etc/resolv.conf"),
      LaunchRequest.EngineMount(source: files.hostname, destination: "/etc/hostname"),
      LaunchRequest.EngineMount(source: files.hosts, destination: "/etc/hosts"),
    ]
    // A user's own mount on the same place wins.
    let taken = Set(container.mounts.map(\.destination))
    return mounts.filter { !taken.contains($0.destination) }
  }

  private func connectPendingAttachments(_ container: Container, _ parts: Parts) async {
    for attachment in pendingAttachments.removeValue(forKey: container.id) ?? [] {
      do {
        attachment.line.keep(
          try parts.runtime.attach(
            container.id, terminal: container.configuration.tty, stdin: attachment.stdin))
      } catch {
        logger.warning("attaching to \(container.id.short): \(error)")
        attachment.line.keep(nil)
      }
    }
  }

  func refusePendingAttachments(_ id: ContainerID) {
    for attachment in pendingAttachments.removeValue(forKey: id) ?? [] { attachment.line.keep(nil) }
  }
}

extension SandboxIntent {
  /// A namespace and nothing in it: the first step to a sandbox.
  static func bare(_ id: ContainerID) -> KernelState {
    var state = KernelState()
    state.sandboxes.insert(id.rawValue)
    return state
  }
}
