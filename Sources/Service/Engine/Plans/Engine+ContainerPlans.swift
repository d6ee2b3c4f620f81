import EngineModel
import Glibc
import NetworkPlan
import Reconciler
import Runtime

/// What turns in containers' lives would do to this host's network.
extension Engine {
  /// What starting the container would do; nothing, when it runs.
  public func planStart(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    guard Self.hasSandbox(container), lives[container.id]?.state.pid ?? 0 == 0 else { return HostPlan(steps: []) }
    let (wish, making) = try await startWish(container)
    let joining = try await planJoining(wish, parts)
    return HostPlan(
      await parts.reconciler.plan(.sandbox(container.id.rawValue), try wish.state()), after: making + joining)
  }

  /// What stopping the container would do, or its end for another reason.
  public func planStop(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    return HostPlan(await parts.reconciler.plan(.sandbox(container.id.rawValue), KernelState()))
  }

  /// What sending the signal would do by itself: only one that nobody can catch is sure to end the container.
  ///
  /// - Throws: `conflict` when the container does not run.
  public func planKill(_ reference: String, signal: String) async throws -> HostPlan {
    let number = try SignalName.parse(signal.isEmpty ? "SIGKILL" : signal)
    let container = try state.container(reference)
    guard runsNow(container) else {
      throw EngineError(.conflict, "cannot kill container: \(reference): container \(container.id) is not running")
    }
    guard number == SIGKILL else { return HostPlan(steps: []) }
    return try await planStop(container.id.rawValue)
  }

  /// What removing the containers that do not run would do.
  public func planPruneContainers(_ filters: Filters = Filters()) async throws -> HostPlan {
    var plan = HostPlan(steps: [])
    for container in try prunableContainers(filters) {
      plan.steps += try await planStop(container.id.rawValue).steps
    }
    return plan
  }

  public func planRestart(_ reference: String) async throws -> HostPlan {
    let parts = try parts
    let container = try state.container(reference)
    guard Self.hasSandbox(container) else { return HostPlan(steps: []) }
    let down = await parts.reconciler.plan(.sandbox(container.id.rawValue), KernelState())
    let (wish, making) = try await startWish(container)
    return HostPlan(
      Plan(down.changes + KernelState.difference(from: KernelState(), to: try wish.state())), after: making)
  }

  /// - Throws: `conflict` in Docker's words when it runs and is not to be forced.
  public func planRemoval(ofContainer reference: String, force: Bool) async throws -> HostPlan {
    let container = try state.container(reference)
    var life = lives[container.id] ?? ContainerLife(container)
    try life.beginRemoval(of: container, force: force)
    return try await planStop(container.id.rawValue)
  }

  /// The container's network as a start would make it. Nothing is taken.
  private func startWish(_ container: Container) async throws -> (wish: SandboxIntent, steps: [String]) {
    let (_, wish, steps) = try await planned { () throws(EngineError) in
      var container = container
      giveBackNetwork(of: &container)
      // A plan asks no plugin for an address.
      var leases: [NetworkID: PluginLease] = [:]
      try takeNetwork(for: &container, leases: &leases)
      return container
    }
    return (wish, steps)
  }
}
