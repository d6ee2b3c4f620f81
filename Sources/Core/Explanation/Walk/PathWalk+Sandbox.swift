import Addressing
import EngineModel
import NetworkPlan

/// The packet leaves a container.
extension PathWalk {
  /// Starts with a packet of a program in a sandbox.
  mutating func leaveSandbox(_ id: ContainerID, to destination: IPAddress) throws(Stop) {
    let inside = try sandboxFacts(of: id)
    let who = facts.name(id)
    switch inside.route(to: destination) {
    case .local:
      pass("\(destination) is \(who) itself", destination.isLoopback ? "the container's own loopback" : "")
      let packet = Packet(request.probe, from: destination, to: destination, port: request.port)
      try deliverToSandbox(id, packet, by: nil, checksReply: false)
    case .unreachable, .blackhole: throw explainMissingRoute(id, inside, destination)
    case .multipath:
      noteUnknown("the routes of \(who)", "\(who) has several routes there; which one the kernel takes is unknown")
    case .out(let link, let gateway, let source):
      guard let source else {
        throw fail(
          "\(who) has no \(destination.family.title) address on \(link)", because: "it has no source address")
      }
      let attachment = facts.attachment(of: id, by: link)
      let hop =
        gateway.map { "through the gateway \($0)" } ?? attachment.map { "directly on \($0.network.title)" } ?? ""
      pass("\(who) sends it through \(link) from \(source)", hop)
      var packet = Packet(request.probe, from: source, to: destination, port: request.port)
      packet.output = link
      try checkFilters(of: inside.tables, at: "output", on: packet, in: who)
      packet.output = nil
      guard let attachment else {
        noteUnknown(
          "the link \(link) of \(who)", "the link \(link) was not created by the engine; where it leads is unknown")
        return
      }
      try enterSegment(attachment, packet, towards: gateway ?? destination)
    }
  }

  /// Follows the packet onto a network, by the network's driver.
  private mutating func enterSegment(
    _ attachment: PathFacts.Attachment, _ packet: Packet, towards next: IPAddress
  ) throws(Stop) {
    switch attachment.network.behavior.segment {
    case .bridge: try enterBridge(attachment, packet, towards: next)
    case .parent: try enterParentSegment(attachment, packet, towards: next)
    case .unknown:
      let receiver = facts.attachments(with: next).first { $0.network.id == attachment.network.id }
      noteUnknown(
        "what the driver \(attachment.network.driver) does",
        "\(attachment.network.title) uses the driver \(attachment.network.driver): what happens on it is not known here"
      )
      guard let receiver, next == packet.destination else { return }
      try deliverToSandbox(receiver.container, packet, by: receiver.endpoint.interface, checksReply: false)
    }
  }

  /// Says why a container has no route to an address.
  private mutating func explainMissingRoute(
    _ id: ContainerID, _ inside: NamespaceFacts, _ destination: IPAddress
  ) -> Stop {
    let who = facts.name(id)
    let attachments = facts.attachments.filter { $0.container == id }
    let routes = inside.routes.filter {
      $0.destination.family == destination.family && !$0.destination.base.isLinkLocal
    }
    let fact =
      routes.isEmpty ? "" : "its routes: " + routes.map { "\($0.destination)" }.sorted().joined(separator: ", ")
    let receiver = facts.attachments(with: destination).first
    if let receiver { adviseJoining(id, of: receiver) }
    if attachments.isEmpty {
      if receiver == nil { adviseNetwork(id) }
      return fail("\(who) is on no network", "its network mode is none", because: "\(who) is on no network")
    }
    let lacks = attachments.allSatisfy {
      destination.family == .ipv4 ? $0.endpoint.ipv4 == nil : $0.endpoint.ipv6 == nil
    }
    if lacks {
      advise(
        "put it on a network that has \(destination.family.title)",
        "causeway network create \(destination.family == .ipv6 ? "--ipv6 " : "")NAME")
      return fail(
        "\(who) has no \(destination.family.title): its networks have none",
        attachments.map { "\($0.network.name) \($0.network.subnets)" }.joined(separator: "; "),
        because: "\(who) has no \(destination.family.title)")
    }
    if attachments.allSatisfy(\.network.isInternal) {
      if receiver == nil { adviseExternalConnectivity(id) }
      return fail(
        "\(who) has no route to \(destination): its networks are internal, nothing can leave them", fact,
        because: "\(who) is only on internal networks")
    }
    if attachments.allSatisfy({ $0.network.isOnParent }) {
      advise(
        "give the segment's router as gateway when you create the network",
        "causeway network create --gateway ADDRESS …")
    }
    return fail("\(who) has no route to \(destination)", fact, because: "\(who) has no route there")
  }
}

/// Advice about the networks of a container.
extension PathWalk {
  /// Advises to join the other container's network.
  mutating func adviseJoining(_ id: ContainerID, of receiver: PathFacts.Attachment) {
    adviseJoining(id, receiver.network)
  }

  mutating func adviseJoining(_ id: ContainerID, _ network: Network) {
    let who = facts.name(id)
    switch facts.containers[id]?.host.networkMode {
    case .host?, .none?, .container?:
      advise("recreate \(who) on \(network.title)", "causeway run --name \(who) --network \(network.name) …")
    default:
      advise("connect \(who) to \(network.title)", "causeway network connect \(network.name) \(who)")
    }
  }

  private mutating func adviseNetwork(_ id: ContainerID) {
    let who = facts.name(id)
    advise(
      "recreate \(who) on a network",
      "causeway run --name \(who) --network \(facts.networkWithExternalConnectivity?.name ?? "NAME") …")
  }

  /// Advises to join a network with external connectivity.
  mutating func adviseExternalConnectivity(_ id: ContainerID) {
    advise(
      "connect \(facts.name(id)) to a network with external connectivity as well", facts.commandToConnectOutside(id))
  }
}

extension AddressFamily {
  var title: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
