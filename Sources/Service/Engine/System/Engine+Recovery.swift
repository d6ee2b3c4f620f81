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
    var changed: [Container] = []
    for container in state.containers.values {
      let after = reconciled(container, isBeingRemoved(container.id) ? nil : found[container.id])
      guard after != container else { continue }
      changed.append(after)
    }
    try put(changed)
    // Reconcile first: it deletes unowned objects that pin namespaces.
    let plan = try await parts.reconciler.reconcile(try desiredStates())
    if !plan.isEmpty {
      logger.info("the host's network was reconciled", metadata: ["changes": "\(plan.changes.count)"])
    }
    var table = DataPlaneTable()
    for container in running() { for change in dataPlaneTable(of: container).changes { table.apply(change) } }
    for change in clusterNames { table.apply(change) }
    await attempting("restoring the data plane's table") { try await parts.dataPlane.replace(table) }
    await attempting("removing files without a namespace") {
      try SandboxDirectory(self.configuration.namespacesPath).removeEmptyFiles()
    }
    for (id, run) in found where !hasProcess(id) && !state.unreadableContainers.contains(id) {
      logger.info("removing the remains of \(id.short)", metadata: ["found": "\(run)"])
      await attempting("removing the remains of \(id.short)") { try await parts.runtime.delete(id) }
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

  /// The record that matches what runs.
  private func reconciled(_ container: Container, _ found: RecoveredRun.State?) -> Container {
    var result = container
    var machine = ContainerStateMachine()
    switch found {
    case .running(let pid, let isPaused):
      if result.state.pid != pid { machine.didStart(&result, pid: pid, at: result.state.startedAt ?? .now) }
      if isPaused { machine.didPause(&result) } else { machine.didResume(&result) }
    case .created, .ended, nil:
      // A process that waits for its start belongs to a start that no client got an answer to.
      let report: ExitReport? = if case .ended(let report) = found { report } else { nil }
      let hasRun = result.state.pid != 0 || result.state.status == .running || result.state.status == .paused
      // A start begins with the interface names. A container with AutoRemove is then removed.
      let wasStarting = container.endpoints.contains { $0.interface != nil }
      if hasRun || wasStarting && (report != nil || result.host.autoRemove) {
        if !hasRun { result.state.startedAt = .now }
        _ = machine.didExit(&result, code: report?.code ?? 255, oomKilled: report?.oomKilled ?? false, at: .now)
        machine.didRelease()
      }
      releaseNetwork(of: &result)
    }
    transient.machines[container.id] = machine
    return result
  }

  private func running() -> [Container] {
    state.containers.values.filter { $0.state.pid != 0 }.sorted { $0.created < $1.created }
  }

  /// The desired state of every owner.
  private func desiredStates() throws -> [Reconciler.Owner: KernelState] {
    var result: [Reconciler.Owner: KernelState] = [.host: hostIntent.state()]
    for network in state.networks.values where !network.isConfigurationOnly {
      do {
        let fragment = try networkState(network.id)
        if !fragment.isEmpty { result[.network(network.id)] = fragment }
        if let parent = try network.behavior.createdParent(of: network) {
          result[.parent(parent.name.rawValue)] = parent.state
        }
      } catch {
        // The other networks must come up anyway.
        logger.error("network \(network.name): \(error)")
      }
    }
    for container in running() where Self.hasSandbox(container) {
      result[.sandbox(container.id.rawValue)] = try sandboxIntent(container).state()
      for member in bridgeMembers(allEndpointIntents(container)) {
        networkActivity.join(member)
        result[.parent(member.bridge.rawValue)] = try member.state()
      }
    }
    return result
  }

  /// Removes container folders without a record: the engine was killed while it created or removed a container.
  private func removeLeftFolders(_ parts: Parts) async {
    let names = (try? SandboxDirectory(configuration.containersPath).list()) ?? []
    for id in names.compactMap({ ContainerID($0) })
    where state.containers[id] == nil && !state.unreadableContainers.contains(id) {
      await attempting("removing the folder of \(id.short)") {
        try await parts.runtime.delete(id)
        try await parts.images.remove(id)
        try removeFiles(self.files(of: id))
      }
    }
    let volumes = (try? SandboxDirectory(configuration.volumesPath).list()) ?? []
    for name in volumes where state.volumes[name] == nil && !name.hasPrefix(RetiredFolder.prefix) {
      // It may hold user data: only warn.
      logger.warning("\(configuration.volumesPath)/\(name) belongs to no volume")
    }
  }
}
