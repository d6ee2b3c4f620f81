import Addressing
import EngineModel
import NetworkPlan

/// Who asks.
extension Explainer {
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
        throw fail("this host has no way out: no route leads to the outside", "ip route")
      }
      guard facts.host.links[link] != nil else { throw fail("this host has no link \(link)") }
      guard let own = address ?? outsideAddress(.ipv4, by: link) ?? outsideAddress(.ipv6, by: link) else {
        throw fail("this host has no address on \(link)")
      }
      return .outside(own, link)
    }
  }

  private mutating func start(in id: ContainerID) throws(PathWalk.Stop) -> Start {
    guard let container = facts.containers[id] else { throw fail("there is no such container") }
    try requireRunning(container)
    if container.state.status == .paused { throw paused(container) }
    switch facts.housing(of: container) {
    case .host?:
      pass("\(container.name) runs, and has this host's network", "its network mode is host")
      try refuseName(as: container)
      return .host
    case .sandbox(let owner)?:
      guard owner == id else {
        guard let other = facts.containers[owner] else { break }
        pass("\(container.name) runs, and has the network of \(other.name)", "its network mode is container")
        try requireRunning(other)
        return .sandbox(owner)
      }
      pass("\(container.name) runs", places(of: id))
      return .sandbox(id)
    case nil: break
    }
    throw fail("the container whose network \(container.name) uses is gone")
  }

  /// Its networks and addresses.
  func places(of id: ContainerID) -> String {
    PathWalk(facts, request, asker: askerName, asked: askedName).places(of: id)
  }

  private mutating func paused(_ container: Container) -> PathWalk.Stop {
    advise("let it go on", "causeway unpause \(container.name)")
    return fail("\(container.name) is paused: it asks nobody anything")
  }

  mutating func requireRunning(_ container: Container) throws(PathWalk.Stop) {
    let name = container.name
    switch container.state.status {
    case .running, .paused: return
    case .created:
      advise("start it", "causeway start \(name)")
      throw fail("\(name) was made and never started", because: "\(name) does not run")
    case .restarting:
      advise("see why it ends", "causeway logs \(name)")
      throw fail(
        "\(name) ends again and again, and is being restarted", "its last exit code was \(container.state.exitCode)",
        because: "\(name) does not run just now")
    case .removing, .dead: throw fail("\(name) is being removed", because: "\(name) does not run")
    case .exited:
      advise("start it", "causeway start \(name)")
      throw fail(
        "\(name) does not run", "it ended with exit code \(container.state.exitCode)", because: "\(name) does not run")
    }
  }

  /// In this host's network nobody is found by a container's name.
  private mutating func refuseName(as container: Container) throws(PathWalk.Stop) {
    guard case .name(let name) = request.target, let meant = facts.container(named: name) else { return }
    guard case .sandbox(let owner)? = facts.housing(of: meant) else { return }
    let addresses = facts.members.filter { $0.container == owner }.flatMap(\.endpoint.addresses).sorted()
    if let first = addresses.first {
      let port = request.transportPort
      let place = first.family == .ipv6 && port != nil ? "[\(first)]" : "\(first)"
      advise(
        "go by its address, or by a port that it publishes",
        "causeway explain \(request.from) \(place)\(port.map { ":\($0.asked)" } ?? "")")
    }
    throw fail(
      "\(container.name) does not know the name \(name): on this host's network names of containers are not found",
      places(of: owner), because: "this host's network has no names of containers")
  }

  // MARK: The outside

  /// The link by which somebody outside comes: of an address that on which it is routed, else that of the default route.
  func linkOutside(towards address: IPAddress?) -> InterfaceName? {
    let towards = address.map { [$0] } ?? AddressFamily.allCases.map { IPAddress.any($0) }
    for one in towards {
      if case .out(let link, _, _) = facts.host.way(to: one) { return link }
    }
    return nil
  }

  /// Somebody on the far side of a link: the router there, or else the first other address of its network.
  func outsideAddress(_ family: AddressFamily, by link: InterfaceName) -> IPAddress? {
    let router = facts.host.routes.first {
      $0.link == link && $0.gateway != nil && $0.destination.family == family && $0.destination.length == 0
    }?.gateway
    if let router, !router.isLinkLocal { return router }
    for own in facts.host.addresses
    where own.link == link && own.address.family == family && !(family == .ipv6 && own.address.address.isLinkLocal) {
      let network = own.address.network
      for offset in 1...3 as ClosedRange<UInt128> {
        if let other = network.address(at: offset), other != own.address.address { return other }
      }
    }
    return nil
  }
}
