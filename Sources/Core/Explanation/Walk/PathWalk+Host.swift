import Addressing
import EngineModel
import NetworkPlan

/// The packet arrives at the host, which translates and forwards it.
extension PathWalk {
  /// Starts with a packet from a host outside that arrives on one of the host's links.
  mutating func enterFromOutside(_ source: IPAddress, by link: InterfaceName, to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.probe, from: source, to: destination, port: request.port)
    let networks = Set(facts.networks(onParent: link).map(\.id))
    if let child = facts.attachments(with: destination).first(where: { networks.contains($0.network.id) }) {
      pass(
        "\(facts.name(child.container)) is a neighbour on the segment of \(link)",
        "\(child.network.title) is \(child.network.driver) on \(link); the packet does not pass this host")
      return try deliverToSandbox(child.container, packet, by: child.endpoint.interface, checksReply: true)
    }
    packet.input = link
    pass("it arrives at this host on \(link)", "from \(source)")
    if !facts.host.hasAddress(destination) {
      remark(
        "hosts outside must route \(destination) to this host", "their routes are not known here")
    }
    try enterHost(packet, from: nil)
  }

  /// Follows a packet that arrives at the host's network stack.
  ///
  /// - Parameter attachment: the endpoint of the container that sent it; `nil` for a packet from outside.
  mutating func enterHost(_ arriving: Packet, from attachment: PathFacts.Attachment?) throws(Stop) {
    var packet = arriving
    packet.isToHost = facts.host.hasAddress(packet.destination)
    try checkFilters(of: hostTables, at: "prerouting", on: packet)
    applyDestinationNAT(&packet, at: "prerouting")
    if facts.host.hasAddress(packet.destination) {
      try checkFilters(of: hostTables, at: "input", on: packet)
      return try deliverToHost(packet)
    }
    guard facts.host.forwards.contains(packet.family) else {
      throw fail(
        "this host does not forward \(packet.family.title)", "forwarding is off", because: "this host does not forward")
    }
    switch facts.host.route(to: packet.destination) {
    case .local: return
    case .unreachable, .blackhole:
      throw fail("this host has no route to \(packet.destination)", because: "this host has no route there")
    case .multipath:
      noteUnknown(
        "the routes of this host", "this host has several routes there; which one the kernel takes is unknown")
    case .out(let link, let gateway, let source):
      packet.output = link
      packet.isToHost = false
      try checkFilters(of: hostTables, at: "forward", on: packet)
      if let attachment, attachment.network.bridge == link {
        try passOnBridge(packet, from: attachment, to: gateway ?? packet.destination)
      }
      if !hasDestinationNAT, let network = facts.network(ofBridge: link) {
        pass("this host forwards it to \(network.title)")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, hostAddress: source)
    }
  }

  /// If bridged packets pass the IP hooks, a packet that DNAT sends back to its own network stays on the bridge. It goes
  /// from one bridge port to another, so the bridge's own chains see it.
  private mutating func passOnBridge(
    _ packet: Packet, from attachment: PathFacts.Attachment, to next: IPAddress
  ) throws(Stop) {
    guard facts.host.filtersBridged.contains(packet.family),
      let receiver = facts.attachments(with: next).first(where: { $0.network.id == attachment.network.id })
    else { return }
    var bridged = packet
    bridged.input = EndpointLink.name(for: attachment.endpoint.id)
    bridged.output = EndpointLink.name(for: receiver.endpoint.id)
    try checkFilters(of: facts.bridgeTables, at: "forward", on: bridged)
    staysOnBridge = true
  }

  /// Applies DNAT, by which published ports work.
  mutating func applyDestinationNAT(_ packet: inout Packet, at hook: String) {
    for table in hostTables {
      let evaluation = table.evaluate(hook, "nat", on: packet)
      if case .uncertain(let rule) = evaluation.verdict {
        noteUnknown(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "a rule of another program may translate the destination: its action is not understood here", rule.fullText)
      }
      guard case .destination(let new)? = evaluation.translation else { continue }
      packet.originalDestination = Packet.Destination(address: packet.destination, port: packet.port)
      let receiver = facts.attachments(with: new.address).first.map { facts.name($0.container) } ?? "\(new.address)"
      pass(
        "port \(packet.port) of this host leads to port \(new.port) of \(receiver)",
        "published; \(packet.destination):\(packet.port) becomes \(new.address):\(new.port)")
      (packet.destination, packet.port) = (new.address, new.port)
      hasDestinationNAT = true
      return
    }
  }
}
