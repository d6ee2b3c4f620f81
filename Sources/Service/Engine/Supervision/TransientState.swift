import Coordination
import EngineModel

/// What the engine knows about containers beside their records. It is never stored; a new engine starts without it.
///
/// The components do not use each other.
struct TransientState {
  var machines: [ContainerID: ContainerStateMachine] = [:]
  let locks = KeyedLock<ContainerID>()
  var waits = WaitList()
  var restarts = RestartSupervisor()
  var health = HealthMonitor()
  var execs = ExecRegistry()
  var attachments = PendingAttachments()
  var fileViews = FileViewCounts()
  var builds = BuildSandboxes()

  /// The container is removed. Its lock and those who wait for it stay.
  mutating func remove(_ id: ContainerID) {
    machines[id] = nil
    restarts.cancel(id)
    health.stop(id)
    execs.removeAll(of: id)
    attachments.refuse(id)
  }

  /// The engine shuts down.
  mutating func cancelTasks() {
    restarts.cancelAll()
    health.stopAll()
  }
}
