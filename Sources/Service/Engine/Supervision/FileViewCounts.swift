import EngineModel

/// How many readers outside a container have its root file system open. It stays mounted until the last one closes.
struct FileViewCounts: Sendable {
  private var counts: [ContainerID: Int] = [:]

  mutating func open(_ id: ContainerID) { counts[id, default: 0] += 1 }

  /// - Returns: whether this was the last one.
  mutating func close(_ id: ContainerID) -> Bool {
    let rest = (counts[id] ?? 1) - 1
    counts[id] = rest > 0 ? rest : nil
    return rest <= 0
  }

  func isOpen(_ id: ContainerID) -> Bool { counts[id] != nil }
}
