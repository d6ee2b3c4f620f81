import Coordination
import EngineModel

/// The execs of all containers.
///
/// A record expires some time after its exec ended or failed to start, as in Docker: clients ask for the exit code right
/// afterwards. An exec that never started expires after its container's end. Removing a container removes its execs.
struct ExecRegistry: Sendable {
  static let retention: Duration = .seconds(300)

  private struct Entry: Sendable {
    var view: ExecView
    /// Set once the exec runs or has failed to start: a client may resize its terminal before that.
    let start = OneShot<Void, Never>()
    let end = OneShot<Void, Never>()
    var expiry: ContinuousClock.Instant?
  }

  private var entries: [String: Entry] = [:]

  var count: Int { entries.count }

  mutating func create(
    in container: ContainerID, _ request: ExecRequest, now: ContinuousClock.Instant = .now
  ) -> String {
    removeExpired(now)
    let id = ContainerID.random().rawValue
    entries[id] = Entry(view: ExecView(id: id, container: container, request: request))
    return id
  }

  /// - Throws: `notFound` for an id that is unknown or expired.
  func view(_ id: String, now: ContinuousClock.Instant = .now) throws(EngineError) -> ExecView {
    guard let entry = entries[id], entry.expiry.map({ $0 > now }) ?? true else {
      throw EngineError(.notFound, "No such exec instance: \(id)")
    }
    return entry.view
  }

  func running(in container: ContainerID) -> [String] {
    entries.values.filter { $0.view.container == container && $0.view.isRunning }.map(\.view.id).sorted()
  }

  /// An exec starts at most once.
  ///
  /// - Throws: `notFound`; `conflict` when it was started before.
  mutating func beginStart(_ id: String, consoleHeight: Int, consoleWidth: Int) throws(EngineError) -> ExecView {
    var exec = try view(id)
    guard !exec.hasStarted else { throw EngineError(.conflict, "exec command \(id) has already run") }
    exec.hasStarted = true
    exec.isRunning = true
    if consoleHeight > 0, consoleWidth > 0 {
      exec.request.consoleHeight = consoleHeight
      exec.request.consoleWidth = consoleWidth
    }
    entries[id]?.view = exec
    entries[id]?.expiry = nil
    return exec
  }

  mutating func didStart(_ id: String, pid: Int32) {
    entries[id]?.view.pid = pid
    entries[id]?.start.succeed()
  }

  mutating func didFailToStart(_ id: String, exitCode: Int32, now: ContinuousClock.Instant = .now) {
    finish(id, exitCode, now)
  }

  /// - Returns: the exec's container; `nil` when the container was removed before.
  mutating func didEnd(_ id: String, exitCode: Int32, now: ContinuousClock.Instant = .now) -> ContainerID? {
    finish(id, exitCode, now)
    return entries[id]?.view.container
  }

  private mutating func finish(_ id: String, _ exitCode: Int32, _ now: ContinuousClock.Instant) {
    guard var entry = entries[id] else { return }
    entry.view.isRunning = false
    entry.view.exitCode = exitCode
    entry.view.pid = 0
    entry.expiry = now + Self.retention
    entries[id] = entry
    entry.start.succeed()
    entry.end.succeed()
  }

  /// The container ended: its execs that never started cannot start any more.
  mutating func containerDidExit(_ container: ContainerID, now: ContinuousClock.Instant = .now) {
    removeExpired(now)
    for (id, entry) in entries where entry.view.container == container && !entry.view.hasStarted {
      entries[id]?.expiry = now + Self.retention
    }
  }

  mutating func removeAll(of container: ContainerID) {
    for (id, entry) in entries where entry.view.container == container {
      entries[id] = nil
      entry.start.succeed()
      entry.end.succeed()
    }
  }

  private mutating func removeExpired(_ now: ContinuousClock.Instant) {
    entries = entries.filter { $0.value.expiry.map { $0 > now } ?? true }
  }

  /// For a caller who waits until an exec runs; `nil` when the exec is unknown.
  func start(of id: String) -> OneShot<Void, Never>? { entries[id]?.start }

  /// For a caller who waits for the end of an exec; `nil` when it does not run.
  func end(of id: String) -> OneShot<Void, Never>? { entries[id].flatMap { $0.view.isRunning ? $0.end : nil } }
}
