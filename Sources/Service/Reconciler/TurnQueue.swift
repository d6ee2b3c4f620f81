/// Orders asynchronous work: work with the same key runs one after another, work with different keys concurrently, and
/// exclusive work runs while nothing else does.
struct TurnQueue<Key: Hashable & Sendable> {
  /// Work that was enqueued.
  struct Work<Value: Sendable, Failure: Error> {
    let number: UInt64
    fileprivate let task: Task<Result<Value, Failure>, Never>

    var value: Result<Value, Failure> { get async { await task.value } }
  }

  private struct Turn {
    let number: UInt64
    let done: Task<Void, Never>
  }

  /// The last work enqueued for each key.
  private var turns: [Key: Turn] = [:]
  /// The last exclusive work enqueued: all later work waits for it.
  private var exclusive: Turn?
  private var count: UInt64 = 0

  /// Starts `body` when all earlier work for `key` and all earlier exclusive work has ended.
  mutating func enqueue<Value: Sendable, Failure: Error>(
    _ key: Key, _ body: @escaping @Sendable () async throws(Failure) -> Value
  ) -> Work<Value, Failure> {
    let work = start(body, after: [exclusive, turns[key]])
    turns[key] = Turn(number: work.number, done: Task { _ = await work.value })
    return work
  }

  /// Starts `body` when all earlier work has ended.
  mutating func enqueueExclusive<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () async throws(Failure) -> Value
  ) -> Work<Value, Failure> {
    let work = start(body, after: Array(turns.values) + [exclusive])
    exclusive = Turn(number: work.number, done: Task { _ = await work.value })
    return work
  }

  private mutating func start<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () async throws(Failure) -> Value, after earlier: [Turn?]
  ) -> Work<Value, Failure> {
    let earlier = earlier.compactMap { $0?.done }
    count += 1
    return Work(
      number: count,
      task: Task { () -> Result<Value, Failure> in
        for task in earlier { await task.value }
        do throws(Failure) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      })
  }

  /// Forgets work that has ended, unless later work is enqueued behind it.
  ///
  /// - Parameter key: `nil` for exclusive work.
  mutating func removeFinished(_ key: Key?, _ number: UInt64) {
    if let key {
      if turns[key]?.number == number { turns[key] = nil }
    } else if exclusive?.number == number {
      exclusive = nil
    }
  }
}
