import EngineModel

/// The tasks that run health checks, one for each container that has one.
struct HealthMonitor: Sendable {
  private var tasks: [ContainerID: Task<Void, Never>] = [:]

  /// Probes until ``stop(_:)``.
  ///
  /// - Parameter delay: the time before the next probe; `nil` ends the probing.
  mutating func start(
    _ id: ContainerID, delay: @escaping @Sendable () async -> Duration?, probe: @escaping @Sendable () async -> Void
  ) {
    tasks[id]?.cancel()
    tasks[id] = Task {
      while let pause = await delay() {
        try? await Task.sleep(for: pause)
        guard !Task.isCancelled else { return }
        await probe()
      }
    }
  }

  mutating func stop(_ id: ContainerID) { tasks.removeValue(forKey: id)?.cancel() }

  mutating func stopAll() {
    for task in tasks.values { task.cancel() }
    tasks = [:]
  }

  func isMonitoring(_ id: ContainerID) -> Bool { tasks[id] != nil }
}
