import CLinux
import Glibc
import Kernel
import Logging
import Synchronization

/// Keeps logs within their bounds while they are written: one inotify instance watches all that have one.
///
/// conmon writes; told so on its control FIFO, it begins a new file. So a log is bounded while an engine runs; what was
/// written while none did is put right when the next one comes.
final class LogKeeper: Sendable {
  struct Log: Sendable {
    var series: LogSeries
    var bound: LogBound
    /// conmon's FIFO.
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

  /// Begins to look after a log that conmon has opened.
  func keep(_ log: Log) throws {
    let watch = try state.withLock { state throws(SystemCallError) -> Int32 in
      let descriptor: OwnedDescriptor
      if let known = state.descriptor { descriptor = known } else { descriptor = try Self.open() }
      state.descriptor = descriptor
      let watch = try Self.watch(log.series.path, descriptor)
      state.logs[watch] = log
      state.watches[log.series.path] = watch
      if state.task == nil {
        state.task = Task { [weak self] in await Self.work(descriptor) { watch in await self?.check(watch) } }
      }
      return watch
    }
    // What was written before anybody watched.
    if log.series.isFull(log.bound) { Task { await self.check(watch) } }
  }

  /// The writer is gone: the last of it is brought within its bound, and the log is looked after no more.
  func end(_ path: String) async {
    let log: Log? = state.withLock { state in
      guard let watch = state.watches.removeValue(forKey: path) else { return nil }
      if let descriptor = state.descriptor { inotify_rm_watch(descriptor.number, watch) }
      return state.logs.removeValue(forKey: watch)
    }
    guard let log else { return }
    await attempting(log) {
      guard log.series.isFull(log.bound) else { return }
      try await onDedicatedThread("log") {
        try log.series.putAway()
        try SmallFile.write(log.series.path, [], mode: 0o640)
        try log.series.trim(log.bound)
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

  private static func work(_ descriptor: OwnedDescriptor, _ check: (Int32) async -> Void) async {
    while !Task.isCancelled {
      guard (try? await ReadinessThread.shared.readable(descriptor.number)) != nil else { return }
      for watch in changed(descriptor) { await check(watch) }
      // A busy writer shall not keep us busy: what it writes meanwhile is looked at once.
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The watches of which something is told.
  private static func changed(_ descriptor: OwnedDescriptor) -> Set<Int32> {
    var found: Set<Int32> = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = read(descriptor.number, &buffer, buffer.count)
      guard count > 0 else { return found }
      var offset = 0
      while offset + MemoryLayout<inotify_event>.size <= count {
        let event = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self) }
        found.insert(event.wd)
        offset += MemoryLayout<inotify_event>.size + Int(event.len)
      }
    }
  }

  private func check(_ watch: Int32) async {
    guard let log = state.withLock({ $0.logs[watch] }), log.series.isFull(log.bound) else { return }
    await attempting(log) {
      try log.series.putAway()
      try Self.askForNewFile(log.control)
      // conmon opens it within a round of its loop.
      for _ in 0..<500 where !SmallFile.exists(log.series.path) { try await Task.sleep(for: .milliseconds(1)) }
      try await onDedicatedThread("log") { try log.series.trim(log.bound) }
    }
    state.withLock { state in
      guard let descriptor = state.descriptor, state.logs.removeValue(forKey: watch) != nil else { return }
      inotify_rm_watch(descriptor.number, watch)
      guard let next = try? Self.watch(log.series.path, descriptor) else { return }
      state.logs[next] = log
      state.watches[log.series.path] = next
    }
  }

  /// Word 2 on the control FIFO: open the log files again.
  private static func askForNewFile(_ control: String) throws(SystemCallError) {
    let fifo = try OwnedDescriptor(path: control, flags: O_WRONLY | O_NONBLOCK)
    let word = Array("2 0 0\n".utf8)
    _ = try checkedCount("write", control) { write(fifo.number, word, word.count) }
  }

  private func attempting(_ log: Log, _ body: @Sendable @escaping () async throws -> Void) async {
    do {
      try await body()
    } catch {
      logger.warning("keeping \(log.series.path) within its bound: \(error)")
    }
  }
}
