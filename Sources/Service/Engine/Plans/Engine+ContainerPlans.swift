import EngineModel
import Glibc
import NetworkPlan
import Reconciler
import Runtime

/// Plans of operations on containers. They change nothing.
extension Engine {
  /// Starting a container; empty if it runs.
  package func planStart(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    guard Self.hasSandbox(container), container.state.pid == 0 else { return HostPlan(steps: []) }
    let (sandbox, making) = try await plannedStart(container)
    let joining = try await planNeededBridges(sandbox, parts)
    return HostPlan(
      await parts.reconciler.plan(.sandbox(container.id.rawValue), try sandbox.state()), after: making + joining)
  }

  /// The end of a container.
  package func planStop(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    return HostPlan(await parts.reconciler.plan(.sandbox(container.id.rawValue), KernelState()))
  }

  /// Sending a signal: only SIGKILL certainly ends the container.
  ///
  /// - Throws: `conflict` if the container does not run.
  package func planKill(_ reference: String, signal: String) async throws -> HostPlan {
    let number = try SignalName.parse(signal.isEmpty ? "SIGKILL" : signal)
    let container = try state.container(reference)
    guard isRunning(container) else {
      throw EngineError(.conflict, "cannot kill container: \(reference): container \(container.id) is not running")
    }
    guard number == SIGKILL else { return HostPlan(steps: []) }
    return try await planStop(container.id.rawValue)
  }

  /// Removing the containers that do not run.
  package func planPruneContainers(_ filters: Filters = Filters()) async throws -> HostPlan {
    var plan = HostPlan(steps: [])
    for container in try prunableContainers(filters) {
      plan.steps += try await planStop(container.id.rawValue).steps
    }
    return plan
  }

  package func planRestart(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    guard Self.hasSandbox(container) else { return HostPlan(steps: []) }
    let down = await parts.reconciler.plan(.sandbox(container.id.rawValue), KernelState())
    let (sandbox, making) = try await plannedStart(container)
    return HostPlan(
      Plan(down.changes + KernelState.difference(from: KernelState(), to: try sandbox.state())), after: making)
  }

  /// - Throws: `conflict` in Docker's words if the container runs and `force` is false.
  package func planRemoval(ofContainer reference: String, force: Bool) async throws -> HostPlan {
    var container = try state.container(reference)
    var machine = transient.machines[container.id] ?? ContainerStateMachine()
    try machine.beginRemoval(&container, force: force)
    return try await planStop(container.id.rawValue)
  }

  /// The container's network after a start. Leases nothing.
  private func plannedStart(_ container: Container) async throws -> (sandbox: SandboxIntent, steps: [String]) {
    let (_, sandbox, steps) = try await planned { () throws(EngineError) in
      var container = container
      releaseNetwork(of: &container)
      // A plan calls no plugin.
      var leases: [NetworkID: PluginLease] = [:]
      try leaseNetwork(for: &container, leases: &leases)
      return container
    }
    return (sandbox, steps)
  }
}
