import Addressing
public import EngineModel
import NetworkPlan
import Plugins
import Reconciler

extension Engine {
  /// What making the network would do to this host. Nothing is done and nothing is kept.
  public func planNetwork(_ request: NetworkCreateRequest) async throws -> HostPlan {
    HostPlan(steps: try await planned(request).steps)
  }

  /// The same with the network's record as it would be.
  func planned(_ request: NetworkCreateRequest) async throws -> (network: Network, steps: [String]) {
    let parts = try parts
    let host = try await parts.hostNetwork(HostNetwork.kinds(of: NetworkDriver(rawValue: request.driver)))
    var preparation = PluginPreparation()
    var steps: [String] = []
    if request.ipam.isPlugin {
      // A plan asks no plugin for anything: its pools are those that were named.
      let wishes = request.ipam.pools.isEmpty ? [AddressPool()] : request.ipam.pools
      preparation.pools = request.ipam.pools.filter { $0.subnet != nil }
      for wish in wishes {
        let family = wish.subnet?.family ?? .ipv4
        let call = IPAMCalls.requestPool(
          request.ipam.driver, space: "", wish, family, options: request.ipam.options)
        steps.append(call.words)
      }
    }
    let network =
      request.isOverlay
      ? try designOverlay(request, host)
      : try design(request, host, preparation).network(in: state, id: .random(), now: .now)
    if network.driver == .overlay {
      steps.append("# the cluster's store gets the network; each host makes its links with its first container on it")
    }
    guard !network.isConfigurationOnly else { return (network, []) }
    if network.driver.isPlugin { steps.append(NetworkDriverCalls.createNetwork(network).words) }
    if let parent = try ParentLinkDriver.parent(of: network) {
      steps += HostPlan(await parts.reconciler.plan(.parent(parent.name.rawValue), parent.state)).steps
    }
    let plan = await parts.reconciler.plan(.network(network.id), try network.state())
    return (network, HostPlan(plan, after: steps).steps)
  }

  public func planConnect(network: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws -> HostPlan
  {
    let parts = try parts
    let old = try state.container(container)
    let network = try state.network(network)
    let (new, wish, making) = try await planned { () throws(EngineError) in
      try connected(old, to: network.id, settings)
    }
    guard runsNow(old) else { return HostPlan(steps: []) }
    let steps = try await pluginSteps(of: new, besides: old) + making + planJoining(wish, parts)
    return HostPlan(await parts.reconciler.plan(.sandbox(old.id.rawValue), try wish.state()), after: steps)
  }

  /// What removing the network would do to this host.
  public func planRemoval(ofNetwork reference: String) async throws -> HostPlan {
    let parts = try parts
    let network = try state.network(reference)
    try checkRemovable(network)
    var steps: [String] = []
    for member in joinedBridges[network.id] ?? [] {
      steps += HostPlan(await parts.reconciler.plan(.parent(member.bridge.rawValue), KernelState())).steps
    }
    steps += HostPlan(await parts.reconciler.plan(.network(network.id), KernelState())).steps
    if let parent = lastParent(of: network) {
      steps += HostPlan(await parts.reconciler.plan(.parent(parent.rawValue), KernelState())).steps
    }
    return HostPlan(steps: steps + LeaveTasks.removing(network).map(\.text))
  }

  /// What removing the unused networks would do.
  public func planPrune(_ filters: Filters = Filters()) async throws -> HostPlan {
    let parts = try parts
    var changes: [KernelChange] = []
    for network in try prunableNetworks(filters) {
      changes += await parts.reconciler.plan(.network(network.id), KernelState()).changes
    }
    return HostPlan(Plan(changes))
  }

  /// What differs at this moment between the host's network and what should be: what a start of the engine would do.
  public func planRepair() async throws -> HostPlan {
    HostPlan(try await parts.reconciler.difference())
  }

  public func planDisconnect(network: String, container: String) async throws -> HostPlan {
    let parts = try parts
    let network = try state.network(network)
    let old = try state.container(container)
    let index = try disconnected(old, from: network).index
    let (_, wish, making) = try await planned { () throws(EngineError) in try disconnected(old, from: network).0 }
    guard runsNow(old) else { return HostPlan(steps: []) }
    let joining = try await planJoining(wish, parts)
    return HostPlan(
      await parts.reconciler.plan(.sandbox(old.id.rawValue), try wish.state()), after: making + joining,
      before: LeaveTasks.leaving(old.endpoints[index], on: network).map(\.text))
  }

  /// What making and starting the container would do to this host's network.
  public func planRun(_ request: ContainerCreateRequest) async throws -> HostPlan {
    let parts = try parts
    let image = try parts.images.facts(request.configuration.image)
    let draft = try draft(request, image).container
    guard Self.hasSandbox(draft) else { return HostPlan(steps: []) }
    let (container, wish, making) = try await planned { () throws(EngineError) in
      var container = draft
      var none: [NetworkID: PluginLease] = [:]
      try takeNetwork(for: &container, leases: &none)
      return container
    }
    let steps = try await pluginSteps(of: container) + making + planJoining(wish, parts)
    return HostPlan(await parts.reconciler.plan(.sandbox(draft.id.rawValue), try wish.state()), after: steps)
  }

  /// Does something to the state and takes it back.
  func trying<Result>(_ body: () throws(EngineError) -> Result) throws(EngineError) -> Result {
    let before = state
    defer { state = before }
    return try body()
  }
}

extension HostPlan {
  /// - Parameters:
  ///   - steps: what plugins are asked before the kernel is touched.
  ///   - later: what they are told afterwards.
  init(_ plan: Plan, after steps: [String] = [], before later: [String] = []) {
    self.init(steps: steps + plan.changes.map(\.words) + later)
  }
}
