import ClusterStore
import EngineModel
import Logging
import Plugins
import StateStore

extension Engine {
  /// Works on the active entries of all targets, except those that did not answer recently.
  func cleanUp() async {
    for target in state.cleanup.counts.keys.sorted() where !cleanupWorkers.isWaiting(target) {
      await cleanUp(target)
    }
  }

  /// Works on the active entries of one target, in order, until it does not answer.
  func cleanUp(_ target: CleanupTarget) async {
    while let work = cleanupWorkers.work(for: target) { await work.value }
    guard state.cleanup.next(for: target) != nil else { return }
    let work = Task { await self.work(on: target) }
    cleanupWorkers.didBegin(target, work)
    await work.value
  }

  private func work(on target: CleanupTarget) async {
    var answers = true
    while answers, let entry = state.cleanup.next(for: target) {
      do {
        try await perform(entry.task)
        state.cleanup.complete([entry.number])
      } catch let failure as StoreFailure where failure.kind == .refused {
        logger.warning("\(failure)")
        state.cleanup.complete([entry.number])
      } catch let failure as PluginFailure where failure.isAnswer {
        // The plugin has answered. A second call would get the same answer.
        logger.warning("\(failure)")
        state.cleanup.complete([entry.number])
      } catch {
        answers = false
        logger.warning("cleanup at \(target) will be tried again: \(error)")
      }
    }
    await attempting("recording finished cleanup") { try self.commit([]) }
    if answers {
      cleanupWorkers.didFinish(target)
    } else {
      cleanupWorkers.didFail(target) { await self.cleanUp(target) }
    }
  }

  private func perform(_ task: CleanupTask) async throws {
    switch task {
    case .pluginCall(let call):
      // A client may be waiting for the end of a removal.
      let timeout = min(.seconds(5), configuration.pluginTimeout)
      _ = try await plugins.perform(call, for: call.subsystem, within: timeout)
    case .releaseClusterEndpoint(let release): try await perform(release)
    case .removeFolder(let path): try await removeFolder(path)
    }
  }

  /// Loads the queue; called once, when the state was loaded.
  ///
  /// - Returns: networks that were being created.
  func loadCleanupQueue(_ stored: StoredState) throws(EngineError) -> Set<NetworkID> {
    var entries: [CleanupQueue.Entry] = []
    for (number, text) in stored.cleanup {
      if let task = try CleanupDocument(text: text).task {
        entries.append(CleanupQueue.Entry(number: number, task: task))
      } else {
        logger.error("an entry of the cleanup queue is of a kind that this engine does not know: \(text)")
      }
    }
    state.cleanup = CleanupQueue(entries)
    let legacy = LegacyCleanup(stored.settings)
    state.cleanup.add(legacy.tasks)
    if !legacy.changes.isEmpty { try commit(legacy.changes) }
    return legacy.unfinishedNetworks
  }
}

extension PluginCall {
  var subsystem: PluginRegistry.Subsystem {
    method.hasPrefix("\(PluginRegistry.Subsystem.ipam.rawValue).") ? .ipam : .networkDriver
  }
}
