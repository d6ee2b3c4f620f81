import Addressing
import DataPlane
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler
import StateStore

extension Engine {
  /// Makes the records and the host agree. Completes or undoes what an engine that was killed, or a machine that lost
  /// power, left unfinished.
  func recover(_ parts: Parts) async throws {
    var found: [ContainerID: RecoveredRun.State] = [:]
    for run in try await parts.runtime.recover() { found[run.id] = run.state }
    let removedNetworks = await prepareOperationRecovery(parts)
    var changed: [StoreChange] = []
    for container in state.containers.values {
      let after = reconciled(container, isBeingRemoved(container.id) ? nil : found[container.id])
      guard after != container else { continue }
      state.put(after)
      changed.append(.putContainer(after))
    }
    try commit(changed)
    // Reconcile first: it deletes unowned objects that pin namespaces.
    let plan = try await parts.reconciler.reconcile(try wishes())
    if !plan.isEmpty {
      logger.info("the host's network was brought to what shall be", metadata: ["changes": "\(plan.changes.count)"])
    }
    var table = DataPlaneTable()
    for container in running() { for change in dataPlaneTable(of: container).changes { table.apply(change) } }
    for change in clusterNames { table.apply(change) }
    await attempting("telling the data plane") { try await parts.dataPlane.replace(table) }
    await attempting("removing files without a namespace") {
      try SandboxDirectory(self.configuration.namespacesPath).removeEmptyFiles()
    }
    for (id, run) in found where lives[id]?.state.pid ?? 0 == 0 {
      logger.info("removing what is left of \(id.short)", metadata: ["found": "\(run)"])
      await attempting("removing what is left of \(id.short)") { try await parts.runtime.delete(id) }
    }
    for container in state.containers.values where container.state.pid == 0 {
      await attempting("unmounting \(container.id.short)") {
        try await parts.images.unmount(container.id)
        try await self.unmountSharedMemory(of: container.id)
      }
    }
    await recoverOperations(removedNetworks, parts)
    await recoverMounts()
    await removeLeftFolders(parts)
  }

  /// The record as it is true now.
  private func reconciled(_ container: Container, _ found: RecoveredRun.State?) -> Container {
    var result = container
    var life = ContainerLife(container)
    switch found {
    case .running(let pid, let isPaused):
      if life.state.pid != pid { life.didStart(pid: pid, at: life.state.startedAt ?? .now) }
      if isPaused { life.didPause() } else { life.didResume() }
    case .created, .ended, nil:
      // One that waits to be let go belongs to a start that nobody was told of.
      let end: ExitReport? = if case .ended(let end) = found { end } else { nil }
      let hasRun = life.state.pid != 0 || life.state.status == .running || life.state.status == .paused
      // Interface names are taken when a start begins. One that was to remove itself does so now.
      let wasStarting = container.endpoints.contains { $0.interface != nil }
      if hasRun || wasStarting && (end != nil || life.autoRemove) {
        if !hasRun { life.state.startedAt = .now }
        _ = life.didExit(code: end?.code ?? 255, oomKilled: end?.oomKilled ?? false, at: .now)
      }
      releaseNetwork(of: &result)
    }
    result.state = life.state
    lives[container.id] = life
    return result
  }

  private func running() -> [Container] {
    state.containers.values.filter { lives[$0.id]?.state.pid ?? 0 != 0 }.sorted { $0.created < $1.created }
  }

  /// Everything that shall exist in the kernel.
  private func wishes() throws -> [Reconciler.Owner: KernelState] {
    var wishes: [Reconciler.Owner: KernelState] = [.host: hostIntent.state()]
    for network in state.networks.values where !network.isConfigurationOnly {
      do {
        let fragment = try networkState(network.id)
        if !fragment.isEmpty { wishes[.network(network.id)] = fragment }
        if let parent = try network.behavior.createdParent(of: network) {
          wishes[.parent(parent.name.rawValue)] = parent.state
        }
      } catch {
        // One network that cannot be made shall not keep the others down.
        logger.error("network \(network.name): \(error)")
      }
    }
    for container in running() where Self.hasSandbox(container) {
      wishes[.sandbox(container.id.rawValue)] = try sandboxIntent(container).state()
      for member in bridgeMembers(allEndpointIntents(container)) {
        memberBridges[member.network.id, default: []].insert(member)
        wishes[.parent(member.bridge.rawValue)] = try member.state()
      }
    }
    return wishes
  }

  /// Folders of containers that nobody has a record of: the engine was killed while it made or removed them.
  private func removeLeftFolders(_ parts: Parts) async {
    let names = (try? SandboxDirectory(configuration.containersPath).list()) ?? []
    for id in names.compactMap({ ContainerID($0) }) where state.containers[id] == nil {
      await attempting("removing the folder of \(id.short)") {
        try await parts.runtime.delete(id)
        try await parts.images.remove(id)
        try removeFiles(self.files(of: id))
      }
    }
    let volumes = (try? SandboxDirectory(configuration.volumesPath).list()) ?? []
    for name in volumes where state.volumes[name] == nil && !name.hasPrefix(RetiredFolder.prefix) {
      // Data of people is not removed on a suspicion.
      logger.warning("\(configuration.volumesPath)/\(name) belongs to no volume")
    }
  }
}
