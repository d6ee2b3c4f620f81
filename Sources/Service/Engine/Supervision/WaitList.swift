import EngineModel

/// The clients that wait for a container's end or removal.
struct WaitList {
  static let everything = Set(Occasion.allCases)
  /// The process ended, and the restart policy does not start it again.
  static let atRest: Set<Occasion> = [.exit, .rest, .run]

  enum Occasion: Sendable, Hashable, CaseIterable {
    /// The process ended, even if the restart policy starts it again.
    case exit
    /// The process ended and the restart policy does not start it again.
    case rest
    case removal
    /// As `exit`, or the container failed to start.
    case run
  }

  private struct Waiter {
    let occasion: Occasion
    let stream: AsyncStream<WaitResult>.Continuation
  }

  private var waiters: [ContainerID: [UInt64: Waiter]] = [:]
  private var count: UInt64 = 0

  /// - Parameter onEnd: gets the number for ``remove(_:_:)`` when nobody reads the stream any more.
  /// - Returns: a number for ``remove(_:_:)``, and a stream that yields one result.
  mutating func add(
    _ id: ContainerID, _ occasion: Occasion, onEnd: @escaping @Sendable (UInt64) -> Void = { _ in }
  ) -> (number: UInt64, results: AsyncStream<WaitResult>) {
    let (stream, continuation) = AsyncStream.makeStream(of: WaitResult.self)
    count += 1
    continuation.onTermination = { [count] end in if case .cancelled = end { onEnd(count) } }
    waiters[id, default: [:]][count] = Waiter(occasion: occasion, stream: continuation)
    return (count, stream)
  }

  /// Ends the stream.
  mutating func remove(_ id: ContainerID, _ number: UInt64) {
    waiters[id]?.removeValue(forKey: number)?.stream.finish()
    if waiters[id]?.isEmpty == true { waiters[id] = nil }
  }

  mutating func resolve(_ id: ContainerID, _ occasions: Set<Occasion>, _ result: WaitResult) {
    for (number, waiter) in waiters[id] ?? [:] where occasions.contains(waiter.occasion) {
      waiter.stream.yield(result)
      waiter.stream.finish()
      remove(id, number)
    }
  }
}
