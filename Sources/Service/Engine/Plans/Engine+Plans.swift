import Addressing
package import EngineModel
import Kernel
import NetworkPlan
import Plugins
import Reconciler

extension Engine {
  /// Creating a network.
  package func planNetwork(_ request: NetworkCreateRequest) async throws -> HostPlan {
    HostPlan(steps: try await planned(request).steps)
  }

  /// Creating a network, with its record.
  func planned(_ request: NetworkCreateRequest) async throws -> (network: Network, steps: [String]) {
    let parts = try parts
    let host = try await parts.hostNetwork(request.behavior.linkKinds)
    var preparation = PluginPreparation()
    var steps: [String] = []
    if request.ipam.isPlugin {
      // A plan calls no plugin. It uses the pools of the request.
      let pools = request.ipam.pools.isEmpty ? [AddressPool()] : request.ipam.pools
      preparation.pools = request.ipam.pools.filter { $0.subnet != nil }
      for pool in pools {
        let family = pool.subnet?.family ?? .ipv4
        let call = IPAMCalls.requestPool(
          request.ipam.driver, space: "", pool, family, options: request.ipam.options)
        steps.append(call.text)
      }
    }
    let network =
      request.spansHosts
      ? try buildOverlay(request, host)
      : try networkBuilder(for: request, host, preparation).network(in: state, id: .random(), now: .now)
    if network.spansHosts {
      steps.append(
        "# the network is written to the cluster store; each node creates its links with its first container on it")
    }
    guard !network.isConfigurationOnly else { return (network, []) }
    if network.driver.isPlugin { steps.append(NetworkDriverCalls.createNetwork(network).text) }
    if let parent = try network.behavior.createdParent(of: network) {
      steps += HostPlan(await parts.reconciler.plan(.parent(parent.name.rawValue), parent.state)).steps
    }
    let plan = await parts.reconciler.plan(.network(network.id), try network.state())
    return (network, HostPlan(plan, after: steps).steps)
  }

  package func planConnect(network: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws -> HostPlan
  {
    let parts = try parts
    let old = try state.container(container)
    let network = try state.network(network)
    let (new, sandbox, making) = try await planned { () throws(EngineError) in
      try connected(old, to: network.id, settings)
    }
    guard isRunning(old) else { return HostPlan(steps: []) }
    let steps = try await pluginSteps(of: new, besides: old) + making + planNeededBridges(sandbox, parts)
    return HostPlan(await parts.reconciler.plan(.sandbox(old.id.rawValue), try sandbox.state()), after: steps)
  }

  /// Removing a network.
  package func planRemoval(ofNetwork reference: String) async throws -> HostPlan {
    let parts = try parts
    let network = try state.network(reference)
    try checkRemovable(network)
    var steps: [String] = []
    for member in networkActivity.bridges(of: network.id) {
      steps += HostPlan(await parts.reconciler.plan(.parent(member.bridge.rawValue), KernelState())).steps
    }
    steps += HostPlan(await parts.reconciler.plan(.network(network.id), KernelState())).steps
    if let parent = lastParent(of: network) {
      steps += HostPlan(await parts.reconciler.plan(.parent(parent.rawValue), KernelState())).steps
    }
    return HostPlan(steps: steps + RemovalCleanup.removing(network).map(\.text))
  }

  /// Removing the unused networks.
  package func planPrune(_ filters: Filters = Filters()) async throws -> HostPlan {
    let parts = try parts
    var changes: [KernelChange] = []
    for network in try prunableNetworks(filters) {
      changes += await parts.reconciler.plan(.network(network.id), KernelState()).changes
    }
    return HostPlan(Plan(changes))
  }

  /// The current difference between observed and desired state, which a start of the engine would remove.
  package func planReconciliation() async throws -> HostPlan {
    HostPlan(try await parts.reconciler.difference())
  }

  package func planDisconnect(network: String, container: String) async throws -> HostPlan {
    let parts = try parts
    let network = try state.network(network)
    let old = try state.container(container)
    let index = try disconnected(old, from: network).index
    let (_, sandbox, making) = try await planned { () throws(EngineError) in try disconnected(old, from: network).0 }
    guard isRunning(old) else { return HostPlan(steps: []) }
    let joining = try await planNeededBridges(sandbox, parts)
    return HostPlan(
      await parts.reconciler.plan(.sandbox(old.id.rawValue), try sandbox.state()), after: making + joining,
      before: RemovalCleanup.leaving(old.endpoints[index], on: network).map(\.text))
  }

  /// Creating and starting a container.
  package func planRun(_ request: ContainerCreateRequest) async throws -> HostPlan {
    let parts = try parts
    let image = try parts.images.facts(request.configuration.image)
    let draft = try draft(request, image).container
    guard Self.hasSandbox(draft) else { return HostPlan(steps: []) }
    let (container, sandbox, making) = try await planned { () throws(EngineError) in
      var container = draft
      var none: [NetworkID: PluginLease] = [:]
      try leaseNetwork(for: &container, leases: &none)
      return container
    }
    let steps = try await pluginSteps(of: container) + making + planNeededBridges(sandbox, parts)
    return HostPlan(await parts.reconciler.plan(.sandbox(draft.id.rawValue), try sandbox.state()), after: steps)
  }

  /// Runs `body` and discards its changes of the state.
  func discardingChanges<Result>(_ body: () throws(EngineError) -> Result) throws(EngineError) -> Result {
    let before = state
    defer { state = before }
    return try body()
  }
}

extension HostPlan {
  /// - Parameters:
  ///   - steps: calls to plugins before the changes.
  ///   - later: calls to plugins after the changes.
  init(_ plan: Plan, after steps: [String] = [], before later: [String] = []) {
    self.init(steps: steps + plan.changes.map(\.commands) + later)
  }
}
