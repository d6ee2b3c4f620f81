import EngineModel

/// The state machine of one container. It decides, the engine carries out the actions.
///
/// created → (start) → running ⇄ paused → exited; with a restart policy: running → restarting → running.
///
/// The state itself is in the container's record, which every transition gets `inout`. This value holds only what is
/// never stored.
struct ContainerStateMachine: Sendable, Hashable {
  /// The engine carries them out in this order.
  enum Action: Sendable, Hashable {
    /// Remove the container's network, process and mounts.
    case release
    /// Start it again after this back-off delay.
    case restart(after: Duration)
    case remove
  }

  /// The delay before the next automatic restart.
  private(set) var delay = Self.shortestDelay
  private(set) var isStarting = false
  /// The process has ended; the engine still removes its network and mounts.
  private(set) var isReleasing = false
  /// A removal is under way: nothing starts the container any more.
  private(set) var isRemoving = false
  /// A user restarts the container: its end does not remove it, even with `AutoRemove`.
  private(set) var isRestarting = false

  static let shortestDelay: Duration = .milliseconds(100)
  static let longestDelay: Duration = .seconds(60)
  /// A container that ran this long gets the shortest delay again.
  static let steadyAfter: Duration = .seconds(10)

  /// - Parameter automatic: the restart policy starts the container, not a user.
  /// - Throws: `notModified` when it runs; `conflict` when it cannot start now.
  mutating func beginStart(_ container: inout Container, automatic: Bool = false) throws(EngineError) {
    guard !isRemoving else {
      throw EngineError(.conflict, "container is marked for removal and cannot be started")
    }
    if isStarting { throw EngineError(.notModified, "the container is being started already") }
    switch container.state.status {
    case .running: throw EngineError(.notModified, "the container is running already")
    case .paused: throw EngineError(.conflict, "cannot start a paused container, try unpause instead")
    case .removing, .dead:
      throw EngineError(.conflict, "container is marked for removal and cannot be started")
    case .restarting, .created, .exited: break
    }
    isStarting = true
    if !automatic {
      container.state.restartCount = 0
      container.state.wasStoppedByUser = false
      delay = Self.shortestDelay
    }
  }

  mutating func didStart(_ container: inout Container, pid: Int32, at time: Timestamp) {
    isStarting = false
    container.state.status = .running
    container.state.pid = pid
    container.state.exitCode = 0
    container.state.error = ""
    container.state.oomKilled = false
    container.state.startedAt = time
  }

  /// - Parameter exitCode: as a shell reports it: 126, 127 or 128.
  mutating func didFailToStart(
    _ container: inout Container, _ message: String, exitCode: Int32, at time: Timestamp
  ) -> [Action] {
    isStarting = false
    let wasRestarting = container.state.status == .restarting
    container.state.pid = 0
    container.state.error = message
    container.state.exitCode = exitCode
    if wasRestarting {
      container.state.status = .exited
      container.state.finishedAt = time
    }
    return container.host.autoRemove ? [.release, .remove] : [.release]
  }

  /// An automatic restart failed and its network is released: the policy applies to it as to a run that failed.
  mutating func didFailToRestart(_ container: inout Container, at time: Timestamp) -> [Action] {
    container.state.startedAt = time
    let actions = didExit(&container, code: container.state.exitCode, oomKilled: false, at: time)
    isReleasing = false
    return actions.filter { $0 != .release }
  }

  func didPause(_ container: inout Container) {
    container.state.status = .paused
    // No probe runs in a paused container. Docker shows it as unhealthy.
    container.state.health?.status = .unhealthy
  }

  func didResume(_ container: inout Container) { container.state.status = .running }

  /// A user asked for the container's end: the restart policy does not start it again.
  ///
  /// - Returns: whether a scheduled restart must be cancelled.
  func willStop(_ container: inout Container) -> Bool {
    container.state.wasStoppedByUser = true
    guard container.state.status == .restarting, !isStarting else { return false }
    container.state.status = .exited
    return true
  }

  mutating func beginRestart() { isRestarting = true }
  mutating func endRestart() { isRestarting = false }

  mutating func didExit(
    _ container: inout Container, code: Int32, oomKilled: Bool, at time: Timestamp
  ) -> [Action] {
    isStarting = false
    isReleasing = true
    let ranFor = container.state.startedAt.map { time.nanoseconds - $0.nanoseconds } ?? 0
    container.state.pid = 0
    container.state.exitCode = code
    container.state.oomKilled = oomKilled
    container.state.finishedAt = time
    container.state.health?.status = .unhealthy
    if !isRemoving, Self.restarts(container, after: code) {
      if Duration.nanoseconds(ranFor) >= Self.steadyAfter { delay = Self.shortestDelay }
      let wait = delay
      delay = min(delay * 2, Self.longestDelay)
      container.state.status = .restarting
      container.state.restartCount += 1
      return [.release, .restart(after: wait)]
    }
    container.state.status = .exited
    return container.host.autoRemove && !isRemoving && !isRestarting ? [.release, .remove] : [.release]
  }

  /// The action ``Action/release`` is done.
  mutating func didRelease() { isReleasing = false }

  private static func restarts(_ container: Container, after code: Int32) -> Bool {
    guard !container.state.wasStoppedByUser else { return false }
    let policy = container.host.restartPolicy
    switch policy.name {
    case .no: return false
    case .always, .unlessStopped: return true
    case .onFailure:
      return code != 0
        && (policy.maximumRetryCount == 0 || container.state.restartCount < policy.maximumRetryCount)
    }
  }

  /// Whether the restart policy starts a container that does not run when the engine starts, as after a reboot.
  static func startsWithEngine(_ container: Container) -> Bool {
    switch container.host.restartPolicy.name {
    case .no: false
    case .always: container.state.status != .created
    case .unlessStopped: container.state.status != .created && !container.state.wasStoppedByUser
    case .onFailure: container.state.status == .restarting
    }
  }

  /// The engine starts and the restart policy starts the container, even if a user stopped it before.
  func willStartWithEngine(_ container: inout Container) {
    container.state.status = .restarting
    container.state.wasStoppedByUser = false
  }

  /// - Throws: `conflict` when it runs and `force` is not set, or when another removal is under way.
  mutating func beginRemoval(_ container: inout Container, force: Bool) throws(EngineError) {
    guard !isRemoving else {
      throw EngineError(.conflict, "removal of container \(container.id) is already in progress")
    }
    if !force {
      switch container.state.status {
      case .running, .restarting:
        throw EngineError(
          .conflict,
          "cannot remove container \"/\(container.name)\": container is \(container.state.status): stop the container "
            + "before removing or force remove")
      case .paused:
        throw EngineError(
          .conflict, "cannot remove container \"/\(container.name)\": container is paused and must be unpaused first")
      default: break
      }
    }
    isRemoving = true
    container.state.wasStoppedByUser = true
  }

  mutating func didFailToRemove() { isRemoving = false }
}
