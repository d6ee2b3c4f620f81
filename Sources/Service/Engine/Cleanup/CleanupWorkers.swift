/// One worker for each target of the cleanup queue: at most one task at a time, and a growing delay while the target does
/// not answer. Belongs to the engine's actor.
struct CleanupWorkers {
  private var running: [CleanupTarget: Task<Void, Never>] = [:]
  private var retries: [CleanupTarget: Retry] = [:]

  private struct Retry {
    let delay: Duration
    let task: Task<Void, Never>
  }

  /// The work under way for a target.
  func work(for target: CleanupTarget) -> Task<Void, Never>? { running[target] }

  mutating func didBegin(_ target: CleanupTarget, _ work: Task<Void, Never>) { running[target] = work }

  /// The target answered, or has nothing more to do.
  mutating func didFinish(_ target: CleanupTarget) {
    running[target] = nil
    retries.removeValue(forKey: target)?.task.cancel()
  }

  /// The target did not answer.
  ///
  /// - Parameter retry: is called after a delay of 1 second, which doubles up to a minute.
  mutating func didFail(_ target: CleanupTarget, retry: @escaping @Sendable () async -> Void) {
    running[target] = nil
    let previous = retries[target]
    previous?.task.cancel()
    let delay = min(previous.map { $0.delay * 2 } ?? .seconds(1), .seconds(60))
    let task = Task {
      do {
        try await Task.sleep(for: delay)
        await retry()
      } catch {
        // A later attempt replaced this one.
      }
    }
    retries[target] = Retry(delay: delay, task: task)
  }

  /// Whether the target did not answer, and a retry is due later.
  func isWaiting(_ target: CleanupTarget) -> Bool { retries[target] != nil }

  func cancelRetries() { for retry in retries.values { retry.task.cancel() } }

  /// One sentence for each target that does not answer.
  func warnings(_ queue: CleanupQueue) -> [String] {
    queue.counts.filter { isWaiting($0.key) }.sorted { $0.key < $1.key }.map { target, count in
      switch target {
      case .plugin, .clusterStore:
        "WARNING: \(target) does not answer and has not been told of what was removed (\(count) calls wait)"
      case .folder(let path):
        "WARNING: \(path), the folder of a removed volume, cannot be deleted: see the engine's log"
      }
    }
  }
}
