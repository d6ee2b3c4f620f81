import DataPlane
import EngineModel
import NetworkPlan
import Logging
import Reconciler

extension Engine {
  /// A container's first process ended.
  func ended(_ end: ExitReport) async {
    let id = end.id
    await alone(with: id) {
      guard var life = lives[id], life.state.pid != 0, let container = state.containers[id] else { return }
      let actions = life.didExit(code: end.code, oomKilled: end.oomKilled, at: .now)
      lives[id] = life
      stopHealthChecks(of: id)
      if end.oomKilled { emit("oom", container) }
      let ran = life.state.startedAt.map { Timestamp.now.seconds - $0.seconds } ?? 0
      emit("die", container, ["exitCode": "\(end.code)", "execDuration": "\(ran)"])
      await release(id, end: life.state)
      emitUnmounts(of: container)
      guard state.containers[id] != nil else { return }
      await cleanUp()
      let result = WaitResult(exitCode: end.code)
      waits.resolve(id, life.state.status == .restarting ? [.exit] : [.exit, .rest], result)
      if actions.contains(.remove) { await destroyLogged(id) }
      for case .restart(let delay) in actions { restart(id, after: delay) }
    }
  }

  /// Takes down what is around a process that is gone, and gives back its addresses and ports. Afterwards the
  /// state and the store show it so.
  ///
  /// - Parameter end: how the record says that it ended; `nil` leaves what it says.
  func release(_ id: ContainerID, end: ContainerState? = nil) async {
    guard let parts = try? parts, var container = state.containers[id] else { return }
    let intents = endpointIntents(container)
    let changes = Self.hasSandbox(container) ? dataPlaneTable(of: container).changes(to: DataPlaneTable()) : []
    async let names: Void = withdraw(changes, parts)
    async let sandbox: Void = Self.hasSandbox(container) ? parts.reconciler.remove(.sandbox(id.rawValue)) : ()
    async let process: Void = clearAway(id, parts)
    _ = await (names, sandbox, process)
    await parts.connections?.scheduleRemoval(
      container.allEndpoints.flatMap(\.addresses), of: ConntrackCleaner.Holder(container))
    // Its name may have been changed, or a network taken from it, while it was taken down.
    guard let now = state.containers[id] else { return }
    container = now
    if let end { container.state = end }
    releaseNetwork(of: &container)
    // At once: another container may take the addresses while this one waits for what follows.
    keepWhateverHappens(container)
    await updateLeftOverlays(intents.map(\.network.id))
    for intent in intents { emit("disconnect", intent.network, id) }
    await refreshLinks(to: id)
  }

  private func clearAway(_ id: ContainerID, _ parts: Parts) async {
    await attempting("removing what is left of \(id.short)") {
      try await parts.runtime.delete(id)
      if fileViews[id] == nil { try await parts.images.unmount(id) }
      try await self.unmountSharedMemory(of: id)
    }
    if let container = state.containers[id], fileViews[id] == nil { await releaseMounts(of: container) }
  }

  private func withdraw(_ changes: [DataPlaneChange], _ parts: Parts) async {
    guard !changes.isEmpty else { return }
    await attempting("withdrawing names") { try await parts.dataPlane.apply(changes) }
  }

  /// Does something that must not stop what comes after it.
  func attempting(_ what: String, _ body: () async throws -> Void) async {
    do {
      try await body()
    } catch {
      logger.error("\(what): \(error)")
    }
  }

  /// Starts a container again after its policy's delay, unless something else happens to it before.
  func restart(_ id: ContainerID, after delay: Duration) {
    restarts[id]?.cancel()
    restarts[id] = Task {
      do {
        try await Task.sleep(for: delay)
        await self.restartNow(id)
      } catch {
        // Cancelled: somebody stopped, started or removed it.
      }
    }
  }

  private func restartNow(_ id: ContainerID) async {
    restarts[id] = nil
    await alone(with: id) {
      guard lives[id]?.state.status == .restarting else { return }
      do {
        try await launch(id, automatic: true)
      } catch {
        logger.warning("restarting \(id.short): \(error)")
        guard var life = lives[id], let container = state.containers[id], life.state.status == .exited else { return }
        // One that cannot even start is tried again like one that fails.
        life.state.startedAt = .now
        let actions = life.didExit(code: life.state.exitCode, oomKilled: false, at: .now)
        lives[id] = life
        var changed = container
        changed.state = life.state
        keepWhateverHappens(changed)
        for case .restart(let delay) in actions { restart(id, after: delay) }
      }
    }
  }
}
