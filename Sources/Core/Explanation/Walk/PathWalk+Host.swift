import Addressing
import EngineModel
import NetworkPlan

/// Through this host, to it, and out of it.
extension PathWalk {
  /// From somebody beyond the host, by one of its links.
  mutating func comeFromOutside(_ source: IPAddress, by link: InterfaceName, to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.question, from: source, to: destination, port: request.port)
    let networks = Set(facts.networks(onParent: link).map(\.id))
    if let child = facts.members(holding: destination).first(where: { networks.contains($0.network.id) }) {
      pass(
        "\(facts.name(child.container)) is a neighbour on the segment of \(link)",
        "\(child.network.words) is \(child.network.driver) on \(link); it does not pass this host")
      return try enterSandbox(child.container, packet, by: child.endpoint.interface, answers: true)
    }
    packet.input = link
    pass("it comes to this host by \(link)", "from \(source)")
    if !facts.host.holds(destination) {
      remark(
        "those outside must send what is for \(destination) to this host", "a route of theirs; it is not known here")
    }
    try enterHost(packet, from: nil)
  }

  /// A packet of somebody else's comes to the host.
  ///
  /// - Parameter member: the container's place that it comes from.
  mutating func enterHost(_ arriving: Packet, from member: PathFacts.Member?) throws(Stop) {
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
        "this host passes no \(packet.family.words) on", "forwarding is off", because: "this host does not forward")
    }
    switch facts.host.way(to: packet.destination) {
    case .here: return
    case .nowhere, .deadEnd:
      throw fail("this host has no route to \(packet.destination)", because: "this host has no route there")
    case .several:
      leaveOpen("the routes of this host", "this host has several routes there, and which one it takes is not told")
    case .out(let link, let gateway, let source):
      packet.output = link
      packet.isForHost = false
      try ask(hostTables, "forward", about: packet)
      if let member, member.network.bridge == link {
        try passOnBridge(packet, from: member, to: gateway ?? packet.destination)
      }
      if wasTranslated == false, let network = facts.network(ofBridge: link) {
        pass("this host passes it on to \(network.words)")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, own: source)
    }
  }

  /// What is translated to a container of the network that it came from does not leave the bridge where the host sees
  /// bridged packets: it goes from port to port.
  private mutating func passOnBridge(
    _ packet: Packet, from member: PathFacts.Member, to next: IPAddress
  ) throws(Stop) {
    guard facts.host.filtersBridged.contains(packet.family),
      let holder = facts.members(holding: next).first(where: { $0.network.id == member.network.id })
    else { return }
    var seen = packet
    seen.input = EndpointLink.name(for: member.endpoint.id)
    seen.output = EndpointLink.name(for: holder.endpoint.id)
    try ask(facts.ports, "forward", about: seen)
    staysOnBridge = true
  }

  /// Of a program of the host itself.
  mutating func leaveHostItself(to destination: IPAddress) throws(Stop) {
    var packet = Packet(request.question, from: destination, to: destination, port: request.port)
    packet.isForHost = facts.host.holds(destination)
    if !packet.isForHost {
      guard case .out(let link, _, let source?) = facts.host.way(to: destination) else {
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
    switch facts.host.way(to: packet.destination) {
    case .out(let link, let gateway, let source):
      packet.output = link
      packet.isForHost = false
      try ask(hostTables, "output", about: packet)
      if !wasTranslated {
        pass("this host sends it by \(link) as \(packet.source)", gateway.map { "through the gateway \($0)" } ?? "")
      }
      try leaveHost(packet, by: link, towards: gateway ?? packet.destination, own: source)
    default:
      throw fail("this host has no route to \(packet.destination)", because: "this host has no route there")
    }
  }

  /// Published ports: the destination becomes a container's.
  private mutating func translate(_ packet: inout Packet, at hook: String) {
    for table in hostTables {
      let ruling = table.ruling(hook, "nat", on: packet)
      if case .depends(let rule) = ruling.verdict {
        leaveOpen(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "another's rule may lead it elsewhere: what it does is not understood here", rule.words)
      }
      guard case .destination(let place)? = ruling.translation else { continue }
      packet.asked = Packet.Place(address: packet.destination, port: packet.port)
      let holder = facts.members(holding: place.address).first.map { facts.name($0.container) } ?? "\(place.address)"
      pass(
        "port \(packet.port) of this host leads to port \(place.port) of \(holder)",
        "published; \(packet.destination):\(packet.port) becomes \(place.address):\(place.port)")
      (packet.destination, packet.port) = (place.address, place.port)
      wasTranslated = true
      return
    }
  }

  /// A packet leaves the host's own stack by a link.
  ///
  /// - Parameter own: the host's address there.
  private mutating func leaveHost(
    _ leaving: Packet, by link: InterfaceName, towards next: IPAddress, own: IPAddress?
  ) throws(Stop) {
    var packet = leaving
    try ask(hostTables, "postrouting", about: packet)
    for table in hostTables {
      switch table.ruling("postrouting", "nat", on: packet).translation {
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
      "it leaves this host by \(link)" + (packet.source == own ? " as \(packet.source)" : ""),
      next == packet.destination ? "\(next) is to be there" : "the next router is \(next)")
    if facts.members(holding: packet.source).first != nil {
      leaveOpen(
        "the way back from outside to \(packet.source)",
        "it goes out under its own address \(packet.source): those outside must know the way back to it")
    }
    leaveOpen("what is beyond this host", "what becomes of it beyond, this host does not know")
  }

  /// A container that the host has no way to but the one that leads elsewhere.
  private mutating func refuseElsewhere(_ packet: Packet, _ link: InterfaceName) throws(Stop) {
    guard let holder = facts.members(holding: packet.destination).first else { return }
    let name = facts.name(holder.container)
    guard holder.network.bridge != nil || holder.network.isOnParent else {
      leaveOpen(
        "what the driver \(holder.network.driver) does",
        "\(holder.network.words) is made by the driver \(holder.network.driver): the way there is not known here")
      return
    }
    if holder.network.isOnParent {
      throw fail(
        "this host's route to \(packet.destination) leads elsewhere", "by \(link), where \(name) is not",
        because: "this host has no way to \(holder.network.words)")
    }
    throw fail(
      "this host has no address on \(holder.network.words)", "its route to \(packet.destination) leads out by \(link)",
      because: "this host is not on \(holder.network.words)")
  }

  private mutating func leaveHost(_ packet: Packet, onto network: Network, towards next: IPAddress) throws(Stop) {
    let holder = facts.members(holding: next).first { $0.network.id == network.id }
    guard let holder else {
      let others = facts.members.filter { $0.network.id == network.id }.map { facts.name($0.container) }
      throw fail(
        "nobody on \(network.words) has the address \(next)",
        others.isEmpty ? "nobody is on it" : "there are \(Set(others).sorted().joined(separator: ", "))",
        because: "nobody has the address \(next)")
    }
    try checkPort(of: holder)
    var packet = packet
    (packet.input, packet.output) = (nil, nil)
    try enterSandbox(holder.container, packet, by: holder.endpoint.interface, answers: true)
  }
}
