import EngineModel

/// The clients that wait for a container's end or removal.
struct WaitList {
  enum Occasion: Sendable, Hashable {
    /// The process ended, even if the restart policy starts it again.
    case exit
    /// The process ended and the restart policy does not start it again.
    case rest
    case removal
  }

  private struct Waiter {
    let occasion: Occasion
    let stream: AsyncStream<WaitResult>.Continuation
  }

  private var waiters: [ContainerID: [UInt64: Waiter]] = [:]
  private var count: UInt64 = 0

  /// - Returns: a number for ``remove(_:_:)``, and a stream that yields one result.
  mutating func add(_ id: ContainerID, _ occasion: Occasion) -> (UInt64, AsyncStream<WaitResult>) {
    let (stream, continuation) = AsyncStream.makeStream(of: WaitResult.self)
    count += 1
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
