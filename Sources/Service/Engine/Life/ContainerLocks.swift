import EngineModel

/// One operation at a time on each container; those that come meanwhile wait in line. Belongs to the engine's actor.
struct ContainerLocks {
  private var waiting: [ContainerID: [CheckedContinuation<Void, Never>]] = [:]

  /// - Returns: whether the gate was open and is now the caller's.
  mutating func enter(_ id: ContainerID) -> Bool {
    if waiting[id] != nil { return false }
    waiting[id] = []
    return true
  }

  mutating func queue(_ id: ContainerID, _ continuation: CheckedContinuation<Void, Never>) {
    waiting[id, default: []].append(continuation)
  }

  /// Hands the gate to the next in line, or opens it.
  mutating func leave(_ id: ContainerID) {
    guard var line = waiting[id], !line.isEmpty else {
      waiting[id] = nil
      return
    }
    let next = line.removeFirst()
    waiting[id] = line
    next.resume()
  }
}

extension Engine {
  /// Does the body while nobody else works on this container.
  func alone<Result>(
    with id: ContainerID, _ body: () async throws -> sending Result
  ) async rethrows -> sending Result {
    if !gates.enter(id) {
      await withCheckedContinuation { gates.queue(id, $0) }
    }
    defer { gates.leave(id) }
    return try await body()
  }
}
