import CLinux
import EngineModel
import Glibc
import Kernel
import Synchronization

/// Reads a container's log in batches, at the speed of its caller. For one task.
///
/// It reads files on dedicated threads and waits for more with inotify. It reads a file that is rotated meanwhile to
/// its end, then the next one.
package final class LogReader: Sendable {
  private struct State {
    var offset = 0
    /// The beginning of an unfinished record.
    var rest: [UInt8] = []
    var isAtEnd = false
    /// The number of the open file in the series.
    var number = 0
    var file: LogFile?
  }

  private let series: LogFileSeries
  private let query: LogQuery
  /// A pidfd of the monitor, which writes the log; `nil` if there is none.
  private let writer: OwnedDescriptor?
  private let state = Mutex(State())
  private let notification = Mutex<OwnedDescriptor?>(nil)

  private static let block = 256 << 10

  init(path: String, query: LogQuery, writer: OwnedDescriptor?) {
    series = LogFileSeries(path: path)
    self.query = query
    self.writer = query.follow ? writer : nil
  }

  /// The next entries, at least one; `nil` at the end.
  package func next() async throws -> [LogEntry]? {
    while !state.withLock({ $0.isAtEnd }) {
      // Check the writer before reading, so that its last output is read for certain.
      let writerIsRunning = try await prepareToWait()
      let (entries, isDrained) = try await onDedicatedThread("log") { try self.readBlock() }
      if !entries.isEmpty { return entries }
      guard isDrained, !state.withLock({ $0.isAtEnd }) else { continue }
      guard writerIsRunning else { break }
      try await waitForMore()
    }
    state.withLock { $0.isAtEnd = true }
    return nil
  }

  private func prepareToWait() async throws -> Bool {
    guard let writer else { return false }
    if let until = query.until, Timestamp.now > until { return false }
    if notification.withLock({ $0 == nil }) {
      let number = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
      guard number >= 0 else { throw SystemCallError.last("inotify_init1") }
      let descriptor = OwnedDescriptor(adopting: number)
      guard inotify_add_watch(number, series.folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO)) >= 0 else {
        throw SystemCallError.last("inotify_add_watch", series.folder)
      }
      notification.withLock { $0 = descriptor }
    }
    return !ContainerRuntime.hasEnded(writer)
  }

  private func waitForMore() async throws {
    guard let notification = notification.withLock({ $0 }), let writer else { return }
    let until = query.until
    try await withThrowingTaskGroup { group in
      group.addTask { try await ReadinessThread.shared.readable(notification.number) }
      group.addTask { try await ProcessWatch.end(of: writer) }
      if let until {
        let rest = Swift.max(0, until.nanoseconds - Timestamp.now.nanoseconds) + 1_000_000
        group.addTask { try await Task.sleep(for: .nanoseconds(rest)) }
      }
      try await group.next()
      group.cancelAll()
    }
    // Only the fact of a change matters.
    var buffer = [UInt8](repeating: 0, count: 4096)
    while Glibc.read(notification.number, &buffer, buffer.count) > 0 {}
  }

  /// - Returns: entries, and whether the end of the file was reached.
  private func readBlock() throws -> ([LogEntry], Bool) {
    return try state.withLock { state in
      let file = try state.file ?? openFirst(&state)
      var bytes = try file.read(at: state.offset, count: Self.block)
      if bytes.isEmpty, series.isFinished(state.number) {
        // Read what was written between the last read and the rotation.
        bytes = try file.read(at: state.offset, count: Self.block)
        if bytes.isEmpty {
          try open(series.next(after: state.number), &state)
          return ([], false)
        }
      }
      state.offset += bytes.count
      let all = state.rest.isEmpty ? bytes : state.rest + bytes
      var entries: [LogEntry] = []
      var start = all.startIndex
      while let end = all[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        guard let entry = LogEntry(record: all[start..<end]) else { continue }
        if let until = query.until, entry.time > until {
          state.isAtEnd = true
          break
        }
        if query.includes(entry) { entries.append(entry) }
      }
      state.rest = Array(all[start...])
      return (entries, bytes.isEmpty)
    }
  }

  /// Opens the file in which the query's first entry is.
  private func openFirst(_ state: inout State) throws -> LogFile {
    let numbers = series.numbers
    let current = (numbers.last ?? 0) + 1
    guard var lines = query.tail else { return try open(numbers.first ?? current, &state) }
    var file = try open(current, &state)
    var found = try file.findLast(lines)
    for number in numbers.reversed() where found.lines < lines {
      lines -= found.lines
      file = try open(number, &state)
      found = try file.findLast(lines)
    }
    state.offset = found.offset
    return file
  }

  /// Opens a file of the series at its start, or the next one if it was removed.
  @discardableResult
  private func open(_ number: Int, _ state: inout State) throws(SystemCallError) -> LogFile {
    let (file, number) = try series.open(number)
    state.number = number
    state.file = file
    state.offset = 0
    state.rest = []
    return file
  }
}

extension LogReader: AsyncSequence {
  package struct AsyncIterator: AsyncIteratorProtocol {
    let reader: LogReader
    package mutating func next() async throws -> [LogEntry]? { try await reader.next() }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: self) }
}

extension ContainerRuntime {
  /// Reads a container's log. Following ends with the container.
  ///
  /// - Parameter path: the path that was given to ``create(_:specification:stdio:logPath:)``.
  /// - Throws: errno `ENOENT` at the first entry if there is no log.
  package func logs(_ id: String, path: String, _ query: LogQuery = LogQuery()) -> LogReader {
    LogReader(path: path, query: query, writer: monitorDescriptor(layout.bundle(id)))
  }
}
