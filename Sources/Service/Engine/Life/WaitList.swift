import EngineModel

/// Who waits for what to become of which container. Belongs to the engine's actor.
struct WaitList {
  enum Occasion: Sendable, Hashable {
    /// It ended, whether or not it will be started again.
    case exit
    /// It ended and stays so.
    case rest
    case removal
  }

  private struct Waiter {
    let occasion: Occasion
    let stream: AsyncStream<WaitResult>.Continuation
  }

  private var waiters: [ContainerID: [UInt64: Waiter]] = [:]
  private var count: UInt64 = 0

  /// - Returns: a number to leave by, and the stream that brings one result.
  mutating func add(_ id: ContainerID, _ occasion: Occasion) -> (UInt64, AsyncStream<WaitResult>) {
    let (stream, continuation) = AsyncStream.makeStream(of: WaitResult.self)
    count += 1
    waiters[id, default: [:]][count] = Waiter(occasion: occasion, stream: continuation)
    return (count, stream)
  }

  mutating func leave(_ id: ContainerID, _ number: UInt64) {
    waiters[id]?[number] = nil
    if waiters[id]?.isEmpty == true { waiters[id] = nil }
  }

  mutating func resolve(_ id: ContainerID, _ occasions: Set<Occasion>, _ result: WaitResult) {
    for (number, waiter) in waiters[id] ?? [:] where occasions.contains(waiter.occasion) {
      waiter.stream.yield(result)
      waiter.stream.finish()
      leave(id, number)
    }
  }
}
