import Kernel
import Synchronization

/// Carries bytes from asynchronous code to the one thread that reads them. What arrives while the reader is at work is
/// taken in one go; who brings more than fits waits.
final class ByteLine: ByteSource, Sendable {
  private struct State {
    var bytes: [UInt8] = []
    /// Of the bytes, how many were read.
    var start = 0
    var isEnded = false
    var isHungUp = false
    var failure: (any Error)?
    var isReaderWaiting = false
    var feeder: CheckedContinuation<Void, Never>?

    var count: Int { bytes.count - start }
  }

  /// From so many bytes on the feeder waits until the reader has taken them.
  private static let capacity = 1 << 20

  private let state = Mutex(State())
  private let arrival = Semaphore()

  /// Brings all of a stream, and then ends the line. A stream that breaks makes the reader fail too: the archive is not
  /// taken for complete.
  func feed(_ stream: any AsyncSequence<[UInt8], any Error> & Sendable) async {
    do {
      for try await piece in stream where !piece.isEmpty {
        guard await put(piece) else { return }
      }
      change { $0.isEnded = true }
    } catch {
      fail(error, hangsUp: false)
    }
  }

  /// - Returns: whether somebody still reads.
  private func put(_ piece: [UInt8]) async -> Bool {
    change { state in
      if state.start == state.bytes.count {
        state.bytes.removeAll(keepingCapacity: true)
        state.start = 0
      }
      state.bytes.append(contentsOf: piece)
    }
    let (isFull, isHungUp) = state.withLock { ($0.count >= Self.capacity, $0.isHungUp) }
    guard isFull, !isHungUp else { return !isHungUp }
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        if state.isHungUp || state.count < Self.capacity { return true }
        state.feeder = continuation
        return false
      }
      if goesOn { continuation.resume() }
    }
    return state.withLock { !$0.isHungUp }
  }

  /// Makes the reader fail; what was brought before is still read, unless the line is also hung up.
  func fail(_ error: any Error, hangsUp: Bool = true) {
    change { state in
      state.failure = state.failure ?? error
      state.isEnded = true
      if hangsUp { state.isHungUp = true }
    }
  }

  /// The reader reads no more: whoever feeds is let go.
  func hangUp() {
    change { $0.isHungUp = true }
  }

  /// Changes the state and wakes those who may have waited for that.
  private func change(_ body: (inout State) -> Void) {
    let (wakes, feeder) = state.withLock { state in
      body(&state)
      defer { state.isReaderWaiting = false }
      return (state.isReaderWaiting, state.isHungUp ? state.feeder.take() : nil)
    }
    if wakes { arrival.signal() }
    feeder?.resume()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let (count, failure, feeder) = state.withLock {
        state -> (Int?, (any Error)?, CheckedContinuation<Void, Never>?) in
        if state.isHungUp { return (0, state.failure, nil) }
        guard state.count > 0 else {
          if state.isEnded { return (0, state.failure, nil) }
          state.isReaderWaiting = true
          return (nil, nil, nil)
        }
        let count = min(state.count, buffer.count)
        state.bytes.withUnsafeBytes { bytes in
          buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.start..<state.start + count]))
        }
        state.start += count
        return (count, nil, state.count < Self.capacity / 2 ? state.feeder.take() : nil)
      }
      feeder?.resume()
      if let failure { throw failure }
      if let count { return count }
      arrival.wait()
    }
  }
}
