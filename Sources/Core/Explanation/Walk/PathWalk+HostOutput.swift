import Addressing
import EngineModel
import NetworkPlan

/// A packet leaves the host's network stack.
extension PathWalk {
  /// Starts with a packet of a program of the host.
  mutating func leaveFromHost(to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.probe, from: destination, to: destination, port: request.port)
    packet.isToHost = facts.host.hasAddress(destination)
    if !packet.isToHost {
      guard case .out(let link, _, let source?) = facts.host.route(to: destination) else {
        throw fail("this host has no route to \(destination)", because: "this host has no route there")
      }
      packet.source = source
      packet.output = link
    }
    applyDestinationNAT(&packet, at: "output")
    if facts.host.hasAddress(packet.destination) {
      packet.input = InterfaceName("lo")
      try checkFilters(of: hostTables, at: "input", on: packet)
      return try deliverToHost(packet)
    }
    switch facts.host.route(to: packet.destination) {
    case .out(let link, let gateway, let source):
      packet.output = link
      packet.isToHost = false
      try checkFilters(of: hostTables, at: "output", on: packet)
      if !hasDestinationNAT {
        pass(
          "this host sends it through \(link) from \(packet.source)", gateway.map { "through the gateway \($0)" } ?? "")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, hostAddress: source)
    default:
      throw fail("this host has no route to \(packet.destination)", because: "this host has no route there")
    }
  }

  /// The packet leaves the host's network stack through a link.
  ///
  /// - Parameters:
  ///   - next: the next hop: the gateway, or the destination itself.
  ///   - hostAddress: the host's address on the link.
  mutating func leaveHost(
    _ leaving: Packet, by link: InterfaceName, towards next: IPAddress, hostAddress: IPAddress?
  ) throws(Stop) {
    var packet = leaving
    try checkFilters(of: hostTables, at: "postrouting", on: packet)
    for table in hostTables {
      switch table.evaluate("postrouting", "nat", on: packet).translation {
      case .masquerade?: if let hostAddress { packet.source = hostAddress }
      case .source(let address)?: packet.source = address
      case .destination?, nil: continue
      }
      break
    }
    if let network = facts.network(ofBridge: link) { return try leaveHost(packet, onto: network, towards: next) }
    try failForOwnChild(next, by: link)
    try failForOtherRoute(packet, link)
    pass(
      "it leaves this host through \(link)" + (packet.source == hostAddress ? " from \(packet.source)" : ""),
      next == packet.destination ? "\(next) is expected there" : "the next router is \(next)")
    if facts.attachments(with: packet.source).first != nil {
      noteUnknown(
        "the route back from outside to \(packet.source)",
        "it leaves with its own source address \(packet.source): hosts outside need a route back to it")
    }
    noteUnknown("what is beyond this host", "what happens beyond this host is not known here")
  }

  /// Stops if the destination is a container that this route does not reach.
  private mutating func failForOtherRoute(_ packet: Packet, _ link: InterfaceName) throws(Stop) {
    guard let receiver = facts.attachments(with: packet.destination).first else { return }
    let name = facts.name(receiver.container)
    guard receiver.network.bridge != nil || receiver.network.isOnParent else {
      noteUnknown(
        "what the driver \(receiver.network.driver) does",
        "\(receiver.network.title) uses the driver \(receiver.network.driver): its routes are not known here")
      return
    }
    if receiver.network.isOnParent {
      throw fail(
        "this host's route to \(packet.destination) leads elsewhere", "through \(link), where \(name) is not",
        because: "this host has no route to \(receiver.network.title)")
    }
    throw fail(
      "this host has no address on \(receiver.network.title)",
      "its route to \(packet.destination) leaves through \(link)",
      because: "this host is not on \(receiver.network.title)")
  }

  /// The packet leaves the host onto the bridge of a network.
  private mutating func leaveHost(_ packet: Packet, onto network: Network, towards next: IPAddress) throws(Stop) {
    let receiver = facts.attachments(with: next).first { $0.network.id == network.id }
    guard let receiver else {
      let others = facts.attachments.filter { $0.network.id == network.id }.map { facts.name($0.container) }
      throw fail(
        "no endpoint on \(network.title) has the address \(next)",
        others.isEmpty ? "it has no endpoints" : "its endpoints: \(Set(others).sorted().joined(separator: ", "))",
        because: "no endpoint has the address \(next)")
    }
    try checkPort(of: receiver)
    var packet = packet
    (packet.input, packet.output) = (nil, nil)
    try deliverToSandbox(receiver.container, packet, by: receiver.endpoint.interface, checksReply: true)
  }
}
