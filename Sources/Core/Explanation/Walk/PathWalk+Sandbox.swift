import Addressing
import EngineModel
import NetworkPlan

/// Out of a container.
extension PathWalk {
  mutating func leaveSandbox(_ id: ContainerID, to destination: IPAddress) throws(Stop) {
    let inside = try inside(id)
    let who = facts.name(id)
    switch inside.way(to: destination) {
    case .here:
      pass("\(destination) is \(who) itself", destination.isLoopback ? "the container's own loopback" : "")
      let packet = Packet(request.question, from: destination, to: destination, port: request.port)
      try enterSandbox(id, packet, by: nil, answers: false)
    case .nowhere, .deadEnd: throw noRoute(id, inside, destination)
    case .several:
      leaveOpen("the routes of \(who)", "\(who) has several routes there, and which one it takes is not told")
    case .out(let link, let gateway, let source):
      guard let source else {
        throw fail(
          "\(who) has no \(destination.family.words) address on \(link)", because: "it has no address to ask from")
      }
      let member = facts.member(of: id, by: link)
      let way =
        gateway.map { "through the gateway \($0)" } ?? member.map { "straight onto \($0.network.words)" } ?? ""
      pass("\(who) sends it by \(link) as \(source)", way)
      var packet = Packet(request.question, from: source, to: destination, port: request.port)
      packet.output = link
      try ask(inside.tables, "output", about: packet, of: who)
      packet.output = nil
      guard let member else {
        leaveOpen(
          "the link \(link) of \(who)", "the link \(link) is not of the engine's making; where it leads is not known")
        return
      }
      try enterSegment(member, packet, towards: gateway ?? destination)
    }
  }

  /// What the driver of a network makes of a packet that a container puts on it.
  private mutating func enterSegment(
    _ member: PathFacts.Member, _ packet: Packet, towards next: IPAddress
  ) throws(Stop) {
    switch member.network.behavior.segment {
    case .bridge: try enterBridge(member, packet, towards: next)
    case .parent: try enterParentSegment(member, packet, towards: next)
    case .unknown:
      let holder = facts.members(holding: next).first { $0.network.id == member.network.id }
      leaveOpen(
        "what the driver \(member.network.driver) does",
        "\(member.network.words) is made by the driver \(member.network.driver): what happens on it is not known here")
      guard let holder, next == packet.destination else { return }
      try enterSandbox(holder.container, packet, by: holder.endpoint.interface, answers: false)
    }
  }

  private mutating func noRoute(
    _ id: ContainerID, _ inside: NamespaceFacts, _ destination: IPAddress
  ) -> Stop {
    let who = facts.name(id)
    let own = facts.members.filter { $0.container == id }
    let routes = inside.routes.filter {
      $0.destination.family == destination.family && !$0.destination.base.isLinkLocal
    }
    let fact =
      routes.isEmpty ? "" : "it knows " + routes.map { "\($0.destination)" }.sorted().joined(separator: ", ")
    let holder = facts.members(holding: destination).first
    if let holder { adviseJoining(id, of: holder) }
    if own.isEmpty {
      if holder == nil { adviseNetwork(id) }
      return fail("\(who) is on no network", "its network mode is none", because: "\(who) is on no network")
    }
    let lacks = own.allSatisfy { destination.family == .ipv4 ? $0.endpoint.ipv4 == nil : $0.endpoint.ipv6 == nil }
    if lacks {
      advise(
        "put it on a network that has \(destination.family.words)",
        "causeway network create \(destination.family == .ipv6 ? "--ipv6 " : "")NAME")
      return fail(
        "\(who) has no \(destination.family.words): its networks have none",
        own.map { "\($0.network.name) \($0.network.subnets)" }.joined(separator: "; "),
        because: "\(who) has no \(destination.family.words)")
    }
    if own.allSatisfy(\.network.isInternal) {
      if holder == nil { adviseWayOut(id) }
      return fail(
        "\(who) has no route to \(destination): its networks are internal, nothing leads out of them", fact,
        because: "\(who) is only on internal networks")
    }
    if own.allSatisfy({ $0.network.isOnParent }) {
      advise("name the segment's router when the network is made", "causeway network create --gateway ADDRESS …")
    }
    return fail("\(who) has no route to \(destination)", fact, because: "\(who) has no route there")
  }
}

/// What would help.
extension PathWalk {
  /// To be on the network where the other one is.
  mutating func adviseJoining(_ id: ContainerID, of holder: PathFacts.Member) {
    adviseJoining(id, holder.network)
  }

  mutating func adviseJoining(_ id: ContainerID, _ network: Network) {
    let who = facts.name(id)
    switch facts.containers[id]?.host.networkMode {
    case .host?, .none?, .container?:
      advise("make \(who) anew on \(network.words)", "causeway run --name \(who) --network \(network.name) …")
    default:
      advise("put \(who) on \(network.words)", "causeway network connect \(network.name) \(who)")
    }
  }

  private mutating func adviseNetwork(_ id: ContainerID) {
    let who = facts.name(id)
    advise(
      "make \(who) anew on a network", "causeway run --name \(who) --network \(facts.networkOutside?.name ?? "NAME") …")
  }

  /// To be on a network that leads out as well.
  mutating func adviseWayOut(_ id: ContainerID) {
    advise("put \(facts.name(id)) on a network that leads out, too", facts.connectOutside(id))
  }
}

extension AddressFamily {
  var words: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
