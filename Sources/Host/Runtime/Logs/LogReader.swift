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
    var found = (offset: 0, lines: 0)
    var file: LogFile?
    do throws(SystemCallError) {
      let last = try open(current, &state)
      found = try last.findLast(lines)
      file = last
    } catch {
      // After a rotation the writer may not have made the next file yet, or have ended before it did.
      guard error.errno == ENOENT, !numbers.isEmpty else { throw error }
    }
    for number in numbers.reversed() where found.lines < lines || file == nil {
      lines -= found.lines
      let earlier = try open(number, &state)
      found = try earlier.findLast(lines)
      file = earlier
    }
    state.offset = found.offset
    guard let file else { throw SystemCallError(errno: ENOENT, call: "open", subject: series.path) }
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
  /// Returns when conmon has written to the log what the container's process wrote before the call, at the latest after
  /// some seconds. For a process that has ended, the log is then complete.
  package func awaitLog(_ id: String, path: String) async throws {
    let bundle = layout.bundle(id)
    guard let monitor = monitorDescriptor(bundle) else { return }
    guard Self.processDescriptor(bundle) != nil else {
      _ = try await hasEnded(monitor, within: .seconds(5))
      return
    }
    guard let loop = MonitorLoop(bundle) else { return }
    // The first two complete an iteration that began after the call. conmon reads a part of the output in each; while
    // the log grows, there may be more in the pipe, which holds as much as eight of them read.
    try await loop.pass()
    var size = LogFileSeries.size(path)
    for _ in 0..<8 {
      try await loop.pass()
      let now = LogFileSeries.size(path)
      if now == size { return }
      size = now
    }
  }

  /// Reads a container's log. Following ends with the container.
  ///
  /// - Parameter path: the path that was given to ``create(_:specification:stdio:logPath:)``.
  /// - Throws: errno `ENOENT` at the first entry if there is no log.
  package func logs(_ id: String, path: String, _ query: LogQuery = LogQuery()) -> LogReader {
    LogReader(path: path, query: query, writer: monitorDescriptor(layout.bundle(id)))
  }
}
