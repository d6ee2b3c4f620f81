import Addressing
import EngineModel
import NetworkPlan

/// The path through the host.
extension PathWalk {
  /// A packet from a host outside, on one of the host's links.
  mutating func enterFromOutside(_ source: IPAddress, by link: InterfaceName, to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.question, from: source, to: destination, port: request.port)
    let networks = Set(facts.networks(onParent: link).map(\.id))
    if let child = facts.attachments(with: destination).first(where: { networks.contains($0.network.id) }) {
      pass(
        "\(facts.name(child.container)) is a neighbour on the segment of \(link)",
        "\(child.network.title) is \(child.network.driver) on \(link); the packet does not pass this host")
      return try enterSandbox(child.container, packet, by: child.endpoint.interface, answers: true)
    }
    packet.input = link
    pass("it arrives at this host on \(link)", "from \(source)")
    if !facts.host.holds(destination) {
      remark(
        "hosts outside must route \(destination) to this host", "their routes are not known here")
    }
    try enterHost(packet, from: nil)
  }

  /// A packet arrives at the host.
  ///
  /// - Parameter attachment: the container's endpoint that sent it.
  mutating func enterHost(_ arriving: Packet, from attachment: PathFacts.Attachment?) throws(Stop) {
    var packet = arriving
    packet.isForHost = facts.host.holds(packet.destination)
    try ask(hostTables, "prerouting", about: packet)
    translate(&packet, at: "prerouting")
    if facts.host.holds(packet.destination) {
      try ask(hostTables, "input", about: packet)
      return try serveFromHost(packet)
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
      packet.isForHost = false
      try ask(hostTables, "forward", about: packet)
      if let attachment, attachment.network.bridge == link {
        try passOnBridge(packet, from: attachment, to: gateway ?? packet.destination)
      }
      if !wasTranslated, let network = facts.network(ofBridge: link) {
        pass("this host forwards it to \(network.title)")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, own: source)
    }
  }

  /// If bridged packets pass the IP hooks, a packet that DNAT sends back to its own network stays on the bridge: it
  /// goes from port to port.
  private mutating func passOnBridge(
    _ packet: Packet, from attachment: PathFacts.Attachment, to next: IPAddress
  ) throws(Stop) {
    guard facts.host.filtersBridged.contains(packet.family),
      let holder = facts.attachments(with: next).first(where: { $0.network.id == attachment.network.id })
    else { return }
    var seen = packet
    seen.input = EndpointLink.name(for: attachment.endpoint.id)
    seen.output = EndpointLink.name(for: holder.endpoint.id)
    try ask(facts.ports, "forward", about: seen)
    staysOnBridge = true
  }

  /// A packet of a program on the host.
  mutating func leaveFromHost(to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.question, from: destination, to: destination, port: request.port)
    packet.isForHost = facts.host.holds(destination)
    if !packet.isForHost {
      guard case .out(let link, _, let source?) = facts.host.route(to: destination) else {
        throw fail("this host has no route to \(destination)", because: "this host has no route there")
      }
      packet.source = source
      packet.output = link
    }
    translate(&packet, at: "output")
    if facts.host.holds(packet.destination) {
      packet.input = InterfaceName("lo")
      try ask(hostTables, "input", about: packet)
      return try serveFromHost(packet)
    }
    switch facts.host.route(to: packet.destination) {
    case .out(let link, let gateway, let source):
      packet.output = link
      packet.isForHost = false
      try ask(hostTables, "output", about: packet)
      if !wasTranslated {
        pass(
          "this host sends it through \(link) from \(packet.source)", gateway.map { "through the gateway \($0)" } ?? "")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, own: source)
    default:
      throw fail("this host has no route to \(packet.destination)", because: "this host has no route there")
    }
  }

  /// Applies DNAT of published ports.
  private mutating func translate(_ packet: inout Packet, at hook: String) {
    for table in hostTables {
      let evaluation = table.evaluate(hook, "nat", on: packet)
      if case .depends(let rule) = evaluation.verdict {
        noteUnknown(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "a rule of another program may translate the destination: its action is not understood here", rule.fullText)
      }
      guard case .destination(let place)? = evaluation.translation else { continue }
      packet.originalDestination = Packet.Destination(address: packet.destination, port: packet.port)
      let holder = facts.attachments(with: place.address).first.map { facts.name($0.container) } ?? "\(place.address)"
      pass(
        "port \(packet.port) of this host leads to port \(place.port) of \(holder)",
        "published; \(packet.destination):\(packet.port) becomes \(place.address):\(place.port)")
      (packet.destination, packet.port) = (place.address, place.port)
      wasTranslated = true
      return
    }
  }

  /// A packet leaves the host's stack through a link.
  ///
  /// - Parameter own: the host's address on the link.
  private mutating func leaveHost(
    _ leaving: Packet, by link: InterfaceName, towards next: IPAddress, own: IPAddress?
  ) throws(Stop) {
    var packet = leaving
    try ask(hostTables, "postrouting", about: packet)
    for table in hostTables {
      switch table.evaluate("postrouting", "nat", on: packet).translation {
      case .masquerade?: if let own { packet.source = own }
      case .source(let address)?: packet.source = address
      case .destination?, nil: continue
      }
      break
    }
    if let network = facts.network(ofBridge: link) { return try leaveHost(packet, onto: network, towards: next) }
    try refuseOwnChild(next, by: link)
    try refuseElsewhere(packet, link)
    pass(
      "it leaves this host through \(link)" + (packet.source == own ? " from \(packet.source)" : ""),
      next == packet.destination ? "\(next) is expected there" : "the next router is \(next)")
    if facts.attachments(with: packet.source).first != nil {
      noteUnknown(
        "the route back from outside to \(packet.source)",
        "it leaves with its own source address \(packet.source): hosts outside need a route back to it")
    }
    noteUnknown("what is beyond this host", "what happens beyond this host is not known here")
  }

  /// Fails if the destination is a container that this route does not reach.
  private mutating func refuseElsewhere(_ packet: Packet, _ link: InterfaceName) throws(Stop) {
    guard let holder = facts.attachments(with: packet.destination).first else { return }
    let name = facts.name(holder.container)
    guard holder.network.bridge != nil || holder.network.isOnParent else {
      noteUnknown(
        "what the driver \(holder.network.driver) does",
        "\(holder.network.title) uses the driver \(holder.network.driver): its routes are not known here")
      return
    }
    if holder.network.isOnParent {
      throw fail(
        "this host's route to \(packet.destination) leads elsewhere", "through \(link), where \(name) is not",
        because: "this host has no route to \(holder.network.title)")
    }
    throw fail(
      "this host has no address on \(holder.network.title)",
      "its route to \(packet.destination) leaves through \(link)",
      because: "this host is not on \(holder.network.title)")
  }

  private mutating func leaveHost(_ packet: Packet, onto network: Network, towards next: IPAddress) throws(Stop) {
    let holder = facts.attachments(with: next).first { $0.network.id == network.id }
    guard let holder else {
      let others = facts.attachments.filter { $0.network.id == network.id }.map { facts.name($0.container) }
      throw fail(
        "no endpoint on \(network.title) has the address \(next)",
        others.isEmpty ? "it has no endpoints" : "its endpoints: \(Set(others).sorted().joined(separator: ", "))",
        because: "no endpoint has the address \(next)")
    }
    try checkPort(of: holder)
    var packet = packet
    (packet.input, packet.output) = (nil, nil)
    try enterSandbox(holder.container, packet, by: holder.endpoint.interface, answers: true)
  }
}
