import EngineModel

/// Where a container stands in its life, and what follows from what happens to it. A value: it decides, the engine acts.
///
/// created → (start) → starting → running ⇄ paused → exited → …, with a restart policy running → restarting → starting.
struct ContainerLife: Sendable, Hashable {
  /// What is to be done, in this order.
  enum Action: Sendable, Hashable {
    /// Take down its network and mounts.
    case release
    /// Start it again after this long.
    case restart(after: Duration)
    case remove
  }

  var state: ContainerState
  var policy: RestartPolicy
  let autoRemove: Bool
  /// How long the next restart waits.
  private(set) var delay: Duration = .milliseconds(100)
  private(set) var isStarting = false
  /// It is being removed: nothing starts it any more.
  private(set) var isRemoving = false

  init(_ container: Container) {
    state = container.state
    policy = container.host.restartPolicy
    autoRemove = container.host.autoRemove
  }

  static let longestDelay: Duration = .seconds(60)
  /// One that ran this long is taken to be well.
  static let steadyAfter: Duration = .seconds(10)

  /// - Parameter automatic: the restart policy's doing, not a person's.
  /// - Throws: `notModified` when it runs; `conflict` when it cannot start now.
  mutating func beginStart(automatic: Bool = false) throws(EngineError) {
    guard !isRemoving else {
      throw EngineError(.conflict, "container is marked for removal and cannot be started")
    }
    if isStarting { throw EngineError(.notModified, "the container is being started already") }
    switch state.status {
    case .running: throw EngineError(.notModified, "the container is running already")
    case .paused: throw EngineError(.conflict, "cannot start a paused container, try unpause instead")
    case .removing, .dead:
      throw EngineError(.conflict, "container is marked for removal and cannot be started")
    case .restarting, .created, .exited: break
    }
    isStarting = true
    if !automatic {
      state.restartCount = 0
      state.wasStoppedByUser = false
      delay = .milliseconds(100)
    }
  }

  mutating func didStart(pid: Int32, at time: Timestamp) {
    isStarting = false
    state.status = .running
    state.pid = pid
    state.exitCode = 0
    state.error = ""
    state.oomKilled = false
    state.startedAt = time
  }

  /// The start came to nothing.
  ///
  /// - Parameter exitCode: as a shell would say it: 126, 127, 128.
  mutating func didFailToStart(_ message: String, exitCode: Int32, at time: Timestamp) -> [Action] {
    isStarting = false
    let wasRestarting = state.status == .restarting
    state.pid = 0
    state.error = message
    state.exitCode = exitCode
    if wasRestarting {
      state.status = .exited
      state.finishedAt = time
    }
    return autoRemove ? [.release, .remove] : [.release]
  }

  mutating func didPause() {
    state.status = .paused
    // Nobody looks after it now, which Docker shows so.
    state.health?.status = .unhealthy
  }
  mutating func didResume() { state.status = .running }

  /// A person asked for it to end: its policy leaves it alone from now on.
  ///
  /// - Returns: whether a restart that was waiting is off.
  mutating func willBeStopped() -> Bool {
    state.wasStoppedByUser = true
    guard state.status == .restarting, !isStarting else { return false }
    state.status = .exited
    return true
  }

  mutating func didExit(code: Int32, oomKilled: Bool, at time: Timestamp) -> [Action] {
    isStarting = false
    let ranFor = state.startedAt.map { time.nanoseconds - $0.nanoseconds } ?? 0
    state.pid = 0
    state.exitCode = code
    state.oomKilled = oomKilled
    state.finishedAt = time
    state.health?.status = .unhealthy
    if !isRemoving, restarts(after: code) {
      if Duration.nanoseconds(ranFor) >= Self.steadyAfter { delay = .milliseconds(100) }
      let wait = delay
      delay = min(delay * 2, Self.longestDelay)
      state.status = .restarting
      state.restartCount += 1
      return [.release, .restart(after: wait)]
    }
    state.status = .exited
    return autoRemove && !isRemoving ? [.release, .remove] : [.release]
  }

  private func restarts(after code: Int32) -> Bool {
    guard !state.wasStoppedByUser else { return false }
    switch policy.name {
    case .no: return false
    case .always, .unlessStopped: return true
    case .onFailure:
      return code != 0 && (policy.maximumRetryCount == 0 || state.restartCount < policy.maximumRetryCount)
    }
  }

  /// What the policy says about a container that is not running when the engine comes: after a start of the machine.
  var startsWithEngine: Bool {
    switch policy.name {
    case .no: false
    case .always: state.status != .created
    case .unlessStopped: state.status != .created && !state.wasStoppedByUser
    case .onFailure: state.status == .restarting
    }
  }

  /// Its policy has it run now that the engine is there, whoever stopped it before.
  mutating func willStartWithEngine() {
    state.status = .restarting
    state.wasStoppedByUser = false
  }

  /// - Throws: `conflict` when it runs and force is not used, or when somebody else removes it already.
  mutating func beginRemoval(of container: Container, force: Bool) throws(EngineError) {
    guard !isRemoving else {
      throw EngineError(.conflict, "removal of container \(container.id) is already in progress")
    }
    if !force {
      switch state.status {
      case .running, .restarting:
        throw EngineError(
          .conflict,
          "cannot remove container \"/\(container.name)\": container is \(state.status): stop the container before removing "
            + "or force remove")
      case .paused:
        throw EngineError(
          .conflict, "cannot remove container \"/\(container.name)\": container is paused and must be unpaused first")
      default: break
      }
    }
    isRemoving = true
    state.wasStoppedByUser = true
  }

  mutating func didFailToRemove() { isRemoving = false }
}
