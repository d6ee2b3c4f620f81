import Kernel
import Synchronization

/// Carries bytes from one asynchronous writer to one reader thread. A write waits while the buffer is full.
final class BytePipe: ByteSource, Sendable {
  private struct State {
    var bytes: [UInt8] = []
    /// The number of bytes that were already read.
    var start = 0
    var isEnded = false
    var isReadingClosed = false
    var failure: (any Error)?
    var isReaderWaiting = false
    var writer: CheckedContinuation<Void, Never>?

    var count: Int { bytes.count - start }
  }

  /// The writer waits while the buffer holds at least this many bytes.
  private static let capacity = 1 << 20

  private let state = Mutex(State())
  private let dataAvailable = Semaphore()

  /// Writes a whole stream, then ends the pipe. If the stream fails, the reader fails too, so that it does not take the
  /// archive for complete.
  func write(contentsOf stream: any AsyncSequence<[UInt8], any Error> & Sendable) async {
    do {
      for try await piece in stream where !piece.isEmpty {
        guard await write(piece) else { return }
      }
      change { $0.isEnded = true }
    } catch {
      fail(error, discardsBuffer: false)
    }
  }

  /// - Returns: whether the reader still reads.
  private func write(_ piece: [UInt8]) async -> Bool {
    change { state in
      if state.start == state.bytes.count {
        state.bytes.removeAll(keepingCapacity: true)
        state.start = 0
      }
      state.bytes.append(contentsOf: piece)
    }
    let (isFull, isReadingClosed) = state.withLock { ($0.count >= Self.capacity, $0.isReadingClosed) }
    guard isFull, !isReadingClosed else { return !isReadingClosed }
    await withCheckedContinuation { continuation in
      let mustNotWait = state.withLock { state in
        if state.isReadingClosed || state.count < Self.capacity { return true }
        state.writer = continuation
        return false
      }
      if mustNotWait { continuation.resume() }
    }
    return state.withLock { !$0.isReadingClosed }
  }

  /// Makes the reader fail.
  ///
  /// - Parameter discardsBuffer: the reader does not get the bytes that were already written.
  func fail(_ error: any Error, discardsBuffer: Bool = true) {
    change { state in
      state.failure = state.failure ?? error
      state.isEnded = true
      if discardsBuffer { state.isReadingClosed = true }
    }
  }

  /// Ends reading. The writer stops waiting and stops.
  func closeReading() {
    change { $0.isReadingClosed = true }
  }

  /// Changes the state and wakes the reader or the writer if the change concerns it.
  private func change(_ body: (inout State) -> Void) {
    let (wakes, writer) = state.withLock { state in
      body(&state)
      defer { state.isReaderWaiting = false }
      return (state.isReaderWaiting, state.isReadingClosed ? state.writer.take() : nil)
    }
    if wakes { dataAvailable.signal() }
    writer?.resume()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let (count, failure, writer) = state.withLock {
        state -> (Int?, (any Error)?, CheckedContinuation<Void, Never>?) in
        if state.isReadingClosed { return (0, state.failure, nil) }
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
        return (count, nil, state.count < Self.capacity / 2 ? state.writer.take() : nil)
      }
      writer?.resume()
      if let failure { throw failure }
      if let count { return count }
      dataAvailable.wait()
    }
  }
}
