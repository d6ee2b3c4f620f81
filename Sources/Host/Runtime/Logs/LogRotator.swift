import CLinux
import Glibc
import Kernel
import Logging
import Synchronization

/// Rotates the logs that have a size limit. One inotify instance watches all of them.
///
/// conmon writes the logs. A command on its control FIFO makes it open a new file. Logs are rotated only while an
/// engine runs; the next engine rotates what was written in between.
final class LogRotator: Sendable {
  struct Log: Sendable {
    var series: LogFileSeries
    var limit: LogLimit
    /// The path of conmon's control FIFO.
    var control: String
  }

  private struct State {
    var descriptor: OwnedDescriptor?
    var logs: [Int32: Log] = [:]
    var watches: [String: Int32] = [:]
    var task: Task<Void, Never>?
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  deinit { state.withLock { $0.task?.cancel() } }

  /// Watches a log that conmon has opened.
  func watch(_ log: Log) throws {
    let watch = try state.withLock { state throws(SystemCallError) -> Int32 in
      let descriptor: OwnedDescriptor
      if let known = state.descriptor { descriptor = known } else { descriptor = try Self.open() }
      state.descriptor = descriptor
      let watch = try Self.watch(log.series.path, descriptor)
      state.logs[watch] = log
      state.watches[log.series.path] = watch
      if state.task == nil {
        state.task = Task { [weak self] in
          await Self.handleEvents(descriptor) { watch in await self?.rotateIfFull(watch) }
        }
      }
      return watch
    }
    // It may be over its limit already.
    if log.series.isFull(log.limit) { Task { await self.rotateIfFull(watch) } }
  }

  /// Stops watching a log whose writer has ended, after a last rotation.
  func stop(_ path: String) async {
    let log: Log? = state.withLock { state in
      guard let watch = state.watches.removeValue(forKey: path) else { return nil }
      if let descriptor = state.descriptor { inotify_rm_watch(descriptor.number, watch) }
      return state.logs.removeValue(forKey: watch)
    }
    guard let log else { return }
    await loggingErrors(log) {
      guard log.series.isFull(log.limit) else { return }
      try await onDedicatedThread("log") {
        try log.series.rotate()
        try SmallFile.write(log.series.path, [], mode: 0o640)
        try log.series.removeExcess(log.limit)
      }
    }
  }

  private static func open() throws(SystemCallError) -> OwnedDescriptor {
    let number = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard number >= 0 else { throw SystemCallError.last("inotify_init1") }
    return OwnedDescriptor(adopting: number)
  }

  private static func watch(_ path: String, _ descriptor: OwnedDescriptor) throws(SystemCallError) -> Int32 {
    let watch = inotify_add_watch(descriptor.number, path, UInt32(IN_MODIFY))
    guard watch >= 0 else { throw SystemCallError.last("inotify_add_watch", path) }
    return watch
  }

  private static func handleEvents(_ descriptor: OwnedDescriptor, _ rotateIfFull: (Int32) async -> Void) async {
    while !Task.isCancelled {
      guard (try? await ReadinessThread.shared.readable(descriptor.number)) != nil else { return }
      for watch in pendingWatches(descriptor) { await rotateIfFull(watch) }
      // Limits the rate of checks for a busy writer.
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The inotify watches with events.
  private static func pendingWatches(_ descriptor: OwnedDescriptor) -> Set<Int32> {
    var watches: Set<Int32> = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = read(descriptor.number, &buffer, buffer.count)
      guard count > 0 else { return watches }
      var offset = 0
      while offset + MemoryLayout<inotify_event>.size <= count {
        let event = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self) }
        watches.insert(event.wd)
        offset += MemoryLayout<inotify_event>.size + Int(event.len)
      }
    }
  }

  private func rotateIfFull(_ watch: Int32) async {
    guard let log = state.withLock({ $0.logs[watch] }), log.series.isFull(log.limit) else { return }
    await loggingErrors(log) {
      try log.series.rotate()
      try Self.reopenLog(log.control)
      // conmon opens the file within one iteration of its event loop.
      for _ in 0..<500 where !SmallFile.exists(log.series.path) { try await Task.sleep(for: .milliseconds(1)) }
      try await onDedicatedThread("log") { try log.series.removeExcess(log.limit) }
    }
    state.withLock { state in
      guard let descriptor = state.descriptor, state.logs.removeValue(forKey: watch) != nil else { return }
      inotify_rm_watch(descriptor.number, watch)
      guard let next = try? Self.watch(log.series.path, descriptor) else { return }
      state.logs[next] = log
      state.watches[log.series.path] = next
    }
  }

  /// Command 2 on the control FIFO: open the log files again.
  private static func reopenLog(_ control: String) throws(SystemCallError) {
    let fifo = try OwnedDescriptor(path: control, flags: O_WRONLY | O_NONBLOCK)
    let command = Array("2 0 0\n".utf8)
    _ = try checkedCount("write", control) { write(fifo.number, command, command.count) }
  }

  private func loggingErrors(_ log: Log, _ body: @Sendable @escaping () async throws -> Void) async {
    do {
      try await body()
    } catch {
      logger.warning("cannot rotate the log \(log.series.path): \(error)")
    }
  }
}
