import DataPlane
import EngineModel
import Kernel
import Logging
import NetworkPlan
import Reconciler

extension Engine {
  /// Handles the exit report of a container's first process.
  func didExit(_ report: ExitReport) async {
    let id = report.id
    await withLock(on: id) {
      guard hasProcess(id) else { return }
      await didExitLocked(id, report)
    }
  }

  private func didExitLocked(_ id: ContainerID, _ report: ExitReport) async {
    let actions: [ContainerStateMachine.Action]
    do throws(EngineError) {
      // Removing the network writes the record. After a crash before that, recovery finds the exit report again.
      actions = try transition(id, .memoryOnly) { machine, container in
        machine.didExit(&container, code: report.code, oomKilled: report.oomKilled, at: .now)
      }
    } catch {
      return
    }
    guard let container = state.containers[id] else { return }
    transient.health.stop(id)
    transient.execs.containerDidExit(id)
    if report.oomKilled { emit("oom", container) }
    let ran = container.state.startedAt.map { Timestamp.now.seconds - $0.seconds } ?? 0
    emit("die", container, ["exitCode": "\(report.code)", "execDuration": "\(ran)"])
    await releaseResources(of: id)
    emitUnmounts(of: container)
    transient.machines[id]?.didRelease()
    guard let status = state.containers[id]?.state.status else { return }
    await cleanUp()
    let result = WaitResult(exitCode: report.code)
    transient.waits.resolve(id, status == .restarting ? [.exit, .run] : WaitList.atRest, result)
    if actions.contains(.remove) { await destroyLogged(id) }
    for case .restart(let delay) in actions { scheduleRestart(of: id, after: delay) }
  }

  /// Removes the network, mounts and monitor of a container whose process has ended, releases its addresses and ports,
  /// and writes its record. The caller must hold the container's lock.
  func releaseResources(of id: ContainerID) async {
    guard let parts = try? parts, let container = state.containers[id] else { return }
    let intents = endpointIntents(container)
    let changes = Self.hasSandbox(container) ? dataPlaneTable(of: container).changes(to: DataPlaneTable()) : []
    async let names: Void = removeFromDataPlane(changes, parts)
    async let sandbox: Void = Self.hasSandbox(container) ? parts.reconciler.remove(.sandbox(id.rawValue)) : ()
    async let process: Void = removeProcess(id, parts)
    _ = await (names, sandbox, process)
    await parts.connections?.scheduleRemoval(
      container.allEndpoints.flatMap(\.addresses), of: ConntrackCleaner.Holder(container))
    // Now, not after the steps below: another container may want the addresses.
    await attempting("releasing the network of \(id.short)") {
      try mutate(id, .logged) { releaseNetwork(of: &$0) }
    }
    await updateLeftOverlays(intents.map(\.network.id))
    for intent in intents { emit("disconnect", intent.network, id) }
    await refreshLinks(to: id)
  }

  private func removeProcess(_ id: ContainerID, _ parts: Parts) async {
    await attempting("removing the process and the mounts of \(id.short)") {
      try await parts.runtime.delete(id)
      if !transient.fileViews.isOpen(id) { try await parts.images.unmount(id) }
      try await self.unmountSharedMemory(of: id)
    }
    if let container = state.containers[id], !transient.fileViews.isOpen(id) { await releaseMounts(of: container) }
  }

  private func removeFromDataPlane(_ changes: [DataPlaneChange], _ parts: Parts) async {
    guard !changes.isEmpty else { return }
    await attempting("withdrawing names") { try await parts.dataPlane.apply(changes) }
  }

  /// Runs a step whose failure must not stop the next ones. The failure is logged.
  func attempting(_ what: String, _ body: () async throws -> Void) async {
    do {
      try await body()
    } catch {
      logger.error("\(what): \(error)")
    }
  }

  /// Starts a container again after the delay of its restart policy, unless a user stops, starts or removes it before.
  func scheduleRestart(of id: ContainerID, after delay: Duration) {
    transient.restarts.schedule(id, after: delay) { await self.restartAutomatically(id) }
  }

  private func restartAutomatically(_ id: ContainerID) async {
    transient.restarts.didElapse(id)
    await withLock(on: id) {
      guard state.containers[id]?.state.status == .restarting else { return }
      do {
        try await start(id, automatic: true)
      } catch {
        logger.warning("restarting \(id.short): \(error)")
        guard state.containers[id]?.state.status == .exited else { return }
        let actions = try? transition(id, .logged) { $0.didFailToRestart(&$1, at: .now) }
        for case .restart(let delay) in actions ?? [] { scheduleRestart(of: id, after: delay) }
      }
    }
  }
}
