import EngineModel

/// The automatic restarts that wait for their back-off delay.
struct RestartSupervisor: Sendable {
  private var tasks: [ContainerID: Task<Void, Never>] = [:]

  /// Replaces a restart of the same container that still waits.
  mutating func schedule(
    _ id: ContainerID, after delay: Duration, _ restart: @escaping @Sendable () async -> Void
  ) {
    tasks[id]?.cancel()
    tasks[id] = Task {
      do { try await Task.sleep(for: delay) } catch { return }
      await restart()
    }
  }

  /// The delay of a scheduled restart is over.
  mutating func didElapse(_ id: ContainerID) { tasks[id] = nil }

  mutating func cancel(_ id: ContainerID) { tasks.removeValue(forKey: id)?.cancel() }

  mutating func cancelAll() {
    for task in tasks.values { task.cancel() }
    tasks = [:]
  }

  func isScheduled(_ id: ContainerID) -> Bool { tasks[id] != nil }
}
