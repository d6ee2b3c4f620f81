import Addressing
import EngineModel
import NetworkPlan

/// Finds where the first packet starts.
extension Explainer {
  /// The namespace in which the first packet starts, or the address outside and the link on which it arrives.
  enum Start: Sendable, Hashable {
    case sandbox(ContainerID)
    case host
    case outside(IPAddress, InterfaceName)
  }

  mutating func start() throws(PathWalk.Stop) -> Start {
    switch request.origin {
    case .host: return .host
    case .container(let id): return try start(in: id)
    case .outside(let address, let via):
      guard let link = via ?? linkOutside(towards: address) else {
        throw fail("this host has no route to the outside", "ip route")
      }
      guard facts.host.links[link] != nil else { throw fail("this host has no link \(link)") }
      guard let source = address ?? outsideAddress(.ipv4, by: link) ?? outsideAddress(.ipv6, by: link) else {
        throw fail("this host has no address on \(link)")
      }
      return .outside(source, link)
    }
  }

  private mutating func start(in id: ContainerID) throws(PathWalk.Stop) -> Start {
    guard let container = facts.containers[id] else { throw fail("there is no such container") }
    try requireRunning(container)
    if container.state.status == .paused { throw failForPausedContainer(container) }
    switch facts.networkLocation(of: container) {
    case .host?:
      pass("\(container.name) runs in this host's network", "its network mode is host")
      try failForContainerName(as: container)
      return .host
    case .sandbox(let owner)?:
      guard owner == id else {
        guard let other = facts.containers[owner] else { break }
        pass("\(container.name) runs in the network of \(other.name)", "its network mode is container")
        try requireRunning(other)
        return .sandbox(owner)
      }
      pass("\(container.name) runs", networkText(of: id))
      return .sandbox(id)
    case nil: break
    }
    throw fail("the container whose network \(container.name) shares does not exist any more")
  }

  /// The container's networks and addresses, as text.
  func networkText(of id: ContainerID) -> String {
    PathWalk(facts, request, originName: originName, targetName: targetName).networkText(of: id)
  }

  private mutating func failForPausedContainer(_ container: Container) -> PathWalk.Stop {
    advise("unpause it", "causeway unpause \(container.name)")
    return fail("\(container.name) is paused, so it sends nothing")
  }

  /// Stops if the container does not run.
  mutating func requireRunning(_ container: Container) throws(PathWalk.Stop) {
    let name = container.name
    switch container.state.status {
    case .running, .paused: return
    case .created:
      advise("start it", "causeway start \(name)")
      throw fail("\(name) was created but never started", because: "\(name) is not running")
    case .restarting:
      advise("see why it exits", "causeway logs \(name)")
      throw fail(
        "\(name) exits repeatedly and is being restarted", "its last exit code was \(container.state.exitCode)",
        because: "\(name) is not running at the moment")
    case .removing, .dead: throw fail("\(name) is being removed", because: "\(name) is not running")
    case .exited:
      advise("start it", "causeway start \(name)")
      throw fail(
        "\(name) is not running", "it exited with code \(container.state.exitCode)", because: "\(name) is not running")
    }
  }

  /// Stops if the target is the name of a container: container names do not resolve in the host's network.
  private mutating func failForContainerName(as container: Container) throws(PathWalk.Stop) {
    guard case .name(let name) = request.target, let target = facts.container(named: name) else { return }
    guard case .sandbox(let owner)? = facts.networkLocation(of: target) else { return }
    let addresses = facts.attachments.filter { $0.container == owner }.flatMap(\.endpoint.addresses).sorted()
    if let first = addresses.first {
      let port = request.transportPort
      let address = first.family == .ipv6 && port != nil ? "[\(first)]" : "\(first)"
      advise(
        "use its address, or a port that it publishes",
        "causeway explain \(request.from) \(address)\(port.map { ":\($0.shortText)" } ?? "")")
    }
    throw fail(
      "\(container.name) cannot resolve the name \(name): container names do not resolve in this host's network",
      networkText(of: owner), because: "container names do not resolve in this host's network")
  }

  // MARK: The outside

  /// The link on which a host outside arrives: the link of the route to its address, or of the default route.
  func linkOutside(towards address: IPAddress?) -> InterfaceName? {
    let destinations = address.map { [$0] } ?? AddressFamily.allCases.map { IPAddress.any($0) }
    for destination in destinations {
      if case .out(let link, _, _) = facts.host.route(to: destination) { return link }
    }
    return nil
  }

  /// An address on the far side of a link: the router's, or else the first other address of the subnet.
  func outsideAddress(_ family: AddressFamily, by link: InterfaceName) -> IPAddress? {
    let router = facts.host.routes.first {
      $0.link == link && $0.gateway != nil && $0.destination.family == family && $0.destination.length == 0
    }?.gateway
    if let router, !router.isLinkLocal { return router }
    for entry in facts.host.addresses
    where entry.link == link && entry.address.family == family
      && !(family == .ipv6 && entry.address.address.isLinkLocal)
    {
      let network = entry.address.network
      for offset in 1...3 as ClosedRange<UInt128> {
        if let other = network.address(at: offset), other != entry.address.address { return other }
      }
    }
    return nil
  }
}
