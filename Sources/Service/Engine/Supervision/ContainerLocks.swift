import EngineModel

/// One operation at a time on each container; later ones wait in line.
struct ContainerLocks {
  private var waiting: [ContainerID: [CheckedContinuation<Void, Never>]] = [:]

  /// - Returns: whether the lock was free; the caller then holds it.
  mutating func tryAcquire(_ id: ContainerID) -> Bool {
    if waiting[id] != nil { return false }
    waiting[id] = []
    return true
  }

  /// Resumes the continuation when the caller holds the lock.
  mutating func enqueue(_ id: ContainerID, _ continuation: CheckedContinuation<Void, Never>) {
    waiting[id, default: []].append(continuation)
  }

  /// Passes the lock to the next in line, or frees it.
  mutating func release(_ id: ContainerID) {
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
  /// Runs the body while no other operation holds the container's lock. Do not nest.
  func withLock<Result>(
    on id: ContainerID, _ body: () async throws -> sending Result
  ) async rethrows -> sending Result {
    await acquireLock(on: id)
    defer { transient.locks.release(id) }
    return try await body()
  }

  /// Holds the locks of several containers. It acquires them in the order of their ids, so that two callers never wait
  /// for each other.
  func withLocks<Result>(
    on ids: Set<ContainerID>, _ body: () async throws -> sending Result
  ) async rethrows -> sending Result {
    let ordered = ids.sorted()
    for id in ordered { await acquireLock(on: id) }
    defer { for id in ordered { transient.locks.release(id) } }
    return try await body()
  }

  private func acquireLock(on id: ContainerID) async {
    if transient.locks.tryAcquire(id) { return }
    await withCheckedContinuation { transient.locks.enqueue(id, $0) }
  }
}
