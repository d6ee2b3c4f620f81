import Addressing
public import EngineModel
import NetworkPlan
import Reconciler

extension Engine {
  /// What making the network would do to this host. Nothing is done and nothing is kept.
  public func planNetwork(_ request: NetworkCreateRequest) async throws -> HostPlan {
    let parts = try parts
    let host = try await parts.hostNetwork(HostNetwork.kinds(of: NetworkDriver(rawValue: request.driver)))
    let network = try design(request, host).network(in: state, id: .random(), now: .now)
    guard !network.isConfigurationOnly else { return HostPlan(steps: []) }
    var steps: [String] = []
    if let parent = try ParentLinkDriver.parent(of: network) {
      steps = HostPlan(await parts.reconciler.plan(.parent(parent.name.rawValue), parent.state)).steps
    }
    return HostPlan(
      steps: steps + HostPlan(await parts.reconciler.plan(.network(network.id), try network.state())).steps)
  }

  public func planConnect(network: String, container: String, settings: EndpointSettings = EndpointSettings())
    async throws -> HostPlan
  {
    let parts = try parts
    let old = try state.container(container)
    let network = try state.network(network)
    let wish = try trying { () throws(EngineError) in
      sandboxIntent(try connected(old, to: network.id, settings))
    }
    guard runsNow(old) else { return HostPlan(steps: []) }
    return HostPlan(await parts.reconciler.plan(.sandbox(old.id.rawValue), try wish.state()))
  }

  /// What removing the network would do to this host.
  public func planRemoval(ofNetwork reference: String) async throws -> HostPlan {
    let parts = try parts
    let network = try state.network(reference)
    try checkRemovable(network)
    var steps = HostPlan(await parts.reconciler.plan(.network(network.id), KernelState())).steps
    if let parent = lastParent(of: network) {
      steps += HostPlan(await parts.reconciler.plan(.parent(parent.rawValue), KernelState())).steps
    }
    return HostPlan(steps: steps)
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
    let (new, _) = try disconnected(old, from: network)
    guard runsNow(old) else { return HostPlan(steps: []) }
    return HostPlan(await parts.reconciler.plan(.sandbox(old.id.rawValue), try sandboxIntent(new).state()))
  }

  /// What making and starting the container would do to this host's network.
  public func planRun(_ request: ContainerCreateRequest) async throws -> HostPlan {
    let parts = try parts
    let image = try parts.images.facts(request.configuration.image)
    let draft = try draft(request, image).container
    guard Self.hasSandbox(draft) else { return HostPlan(steps: []) }
    let wish = try trying { () throws(EngineError) in
      var container = draft
      try takeNetwork(for: &container)
      return sandboxIntent(container)
    }
    return HostPlan(await parts.reconciler.plan(.sandbox(draft.id.rawValue), try wish.state()))
  }

  /// Does something to the state and takes it back.
  func trying<Result>(_ body: () throws(EngineError) -> Result) throws(EngineError) -> Result {
    let before = state
    defer { state = before }
    return try body()
  }
}

extension HostPlan {
  init(_ plan: Plan) { self.init(steps: plan.changes.map(\.words)) }
}
