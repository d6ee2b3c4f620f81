import Addressing
import EngineModel
import NetworkPlan

/// From port to port of a bridge, and on the segments of the host's links.
extension PathWalk {
  /// A container's frame comes to its port of the bridge.
  mutating func enterBridge(_ member: PathFacts.Member, _ sent: Packet, towards next: IPAddress) throws(Stop) {
    guard let bridge = member.network.bridge else { return }
    let who = facts.name(member.container)
    var packet = try frame(of: member, sent)
    try ask(facts.ports, "prerouting", about: packet)
    if facts.host.addresses.contains(where: { $0.link == bridge && $0.address.address == next }) {
      packet.input = bridge
      packet.mac = nil
      return try enterHost(packet, from: member)
    }
    let holder = facts.members(holding: next).first { $0.network.id == member.network.id }
    guard let holder else {
      guard let distant = facts.distant.first(where: { $0.network == member.network.id && $0.addresses.contains(next) })
      else { throw nobody(next, on: member.network, askedBy: who) }
      pass("the tunnel takes it to the host \(distant.host), where \(distant.name) is", member.network.words)
      leaveOpen("what is on the host \(distant.host)", "what becomes of it there, this host does not know")
      return
    }
    let port = EndpointLink.name(for: holder.endpoint.id)
    try checkPort(of: holder)
    packet.output = port
    try ask(facts.ports, "forward", about: packet)
    if facts.host.filtersBridged.contains(packet.family) {
      var seen = packet
      (seen.input, seen.output, seen.mac) = (bridge, bridge, nil)
      try ask(hostTables, "forward", about: seen)
    }
    guard next == packet.destination else {
      leaveOpen(
        "what \(facts.name(holder.container)) passes on",
        "the gateway \(next) is the container \(facts.name(holder.container)); what it passes on is its own affair")
      return
    }
    pass(
      "the bridge passes it on to \(facts.name(holder.container))",
      "\(member.network.words): \(who) and \(facts.name(holder.container)) may talk")
    (packet.input, packet.output, packet.mac) = (nil, nil, nil)
    try enterSandbox(holder.container, packet, by: holder.endpoint.interface, answers: true)
  }

  /// The packet as it stands in a frame at the container's port.
  func frame(of member: PathFacts.Member, _ packet: Packet) throws(Stop) -> Packet {
    var packet = packet
    packet.input = EndpointLink.name(for: member.endpoint.id)
    let inside = try inside(member.container)
    packet.mac = member.endpoint.interface.flatMap { inside.links[$0]?.mac } ?? member.endpoint.mac
    return packet
  }

  /// Whether the host's end of a container's link is there and on a bridge.
  mutating func checkPort(of member: PathFacts.Member) throws(Stop) {
    let name = EndpointLink.name(for: member.endpoint.id)
    let who = facts.name(member.container)
    let inside = try inside(member.container)
    func lost(_ why: String) -> String { "the link of \(who) to \(member.network.words) \(why)" }
    guard let link = facts.host.links[name] else { throw broken(lost("does not exist"), "\(name) does not exist") }
    guard link.isUp else { throw broken(lost("is down"), "\(name) is down on this host") }
    guard let bridge = link.controller else { throw broken(lost("is not attached to a bridge"), "\(name) is not a bridge port") }
    guard facts.host.links[bridge]?.isUp == true else {
      throw broken("the bridge of \(member.network.words) is down", "\(bridge)")
    }
    if let interface = member.endpoint.interface, inside.links[interface]?.isUp != true {
      throw broken("\(interface) of \(who) is down", "inside the container")
    }
  }

  /// The kernel is not as it should be.
  private mutating func broken(_ text: String, _ fact: String) -> Stop {
    advise("see what differs from what should be", "causeway plan")
    return fail(text, fact)
  }

  private mutating func nobody(_ address: IPAddress, on network: Network, askedBy who: String) -> Stop {
    let wished = facts.containers.values.first { container in
      !container.isOnNetworks
        && container.endpoints.contains {
          $0.network == network.id
            && ($0.settings.ipv4.map(IPAddress.v4) == address || $0.settings.ipv6.map(IPAddress.v6) == address)
        }
    }
    if let wished {
      advise("start it", "causeway start \(wished.name)")
      return fail("\(address) is that of \(wished.name), which does not run", because: "\(wished.name) does not run")
    }
    let others = facts.members.filter { $0.network.id == network.id && facts.name($0.container) != who }
    let known = others.map {
      "\(facts.name($0.container)) \($0.endpoint.addresses.map { "\($0)" }.joined(separator: " "))"
    }
    return fail(
      "nobody on \(network.words) has the address \(address)",
      known.isEmpty ? "nobody else is on it" : "others there: \(known.sorted().joined(separator: ", "))",
      because: "nobody has the address \(address)")
  }

  // MARK: Segments of the host's links

  /// A container whose interface is a child of a link of the host.
  mutating func enterParentSegment(
    _ member: PathFacts.Member, _ packet: Packet, towards next: IPAddress
  ) throws(Stop) {
    let network = member.network
    guard let options = try? ParentLinkOptions(network) else { return }
    if options.routes {
      leaveOpen("what ipvlan routes", "\(network.words) is ipvlan that routes by itself: its way is not followed here")
    }
    let who = facts.name(member.container)
    let holder = facts.members(holding: next).first { other in
      guard other.network.driver == network.driver else { return false }
      guard let parent = options.parent else { return other.network.id == network.id }
      return (try? ParentLinkOptions(other.network))?.parent == parent
    }
    if let holder {
      let name = facts.name(holder.container)
      guard !options.isolatesContainers else {
        throw fail(
          "\(network.words) keeps its containers apart", "its macvlan_mode is \(options.mode)",
          because: "\(who) and \(name) are kept apart")
      }
      pass("\(name) is a neighbour on the same segment", segmentWords(network, options))
      var packet = packet
      (packet.input, packet.output) = (nil, nil)
      return try enterSandbox(holder.container, packet, by: holder.endpoint.interface, answers: true)
    }
    guard let parent = options.parent else {
      throw nobody(next, on: network, askedBy: who)
    }
    if facts.host.holds(next) {
      let isOnParent = facts.host.addresses.contains { $0.link == parent && $0.address.address == next }
      adviseBridge(member.container)
      throw fail(
        isOnParent
          ? "the host does not talk to its own \(network.driver) containers, nor they to it"
          : "\(next) is an address of this host, which does not talk to its own \(network.driver) containers",
        "\(who) stands on \(parent); the kernel keeps a link and its children apart",
        because: "\(network.driver) containers and their host are kept apart")
    }
    pass("it goes out by \(parent), past this host", segmentWords(network, options))
    leaveOpen("who is there on the segment of \(parent)", "what is on that segment, this host does not know")
  }

  private func segmentWords(_ network: Network, _ options: ParentLinkOptions) -> String {
    let parent = options.parent.map { "on \($0)" } ?? "with a segment of its own"
    return "\(network.words) is \(network.driver) \(parent)"
  }

  private mutating func adviseBridge(_ id: ContainerID) {
    advise(
      "give it a place on a bridge network, too, and go by that", facts.connectOutside(id))
  }

  /// The host sends a packet by a link on which containers of its own stand.
  mutating func refuseOwnChild(_ next: IPAddress, by link: InterfaceName) throws(Stop) {
    let networks = Set(facts.networks(onParent: link).map(\.id))
    guard let child = facts.members(holding: next).first(where: { networks.contains($0.network.id) }) else { return }
    adviseBridge(child.container)
    throw fail(
      "the host does not talk to its own \(child.network.driver) containers",
      "\(facts.name(child.container)) stands on \(link); the kernel keeps a link and its children apart",
      because: "\(child.network.driver) containers and their host are kept apart")
  }
}
