import Addressing
import EngineModel
import NetworkPlan

/// The packet crosses a bridge, or the segment of a parent link.
extension PathWalk {
  /// A container's frame arrives at its bridge port.
  mutating func enterBridge(_ attachment: PathFacts.Attachment, _ sent: Packet, towards next: IPAddress) throws(Stop) {
    guard let bridge = attachment.network.bridge else { return }
    let who = facts.name(attachment.container)
    var packet = try frame(of: attachment, sent)
    try checkFilters(of: facts.bridgeTables, at: "prerouting", on: packet)
    if facts.host.addresses.contains(where: { $0.link == bridge && $0.address.address == next }) {
      packet.input = bridge
      packet.mac = nil
      return try enterHost(packet, from: attachment)
    }
    let receiver = facts.attachments(with: next).first { $0.network.id == attachment.network.id }
    guard let receiver else {
      guard
        let remote = facts.remoteContainers.first(where: {
          $0.network == attachment.network.id && $0.addresses.contains(next)
        })
      else { throw explainMissingEndpoint(next, on: attachment.network, sender: who) }
      pass("the overlay carries it to the host \(remote.host), where \(remote.name) is", attachment.network.title)
      noteUnknown("what is on the host \(remote.host)", "what happens on that host is not known here")
      return
    }
    let port = EndpointLink.name(for: receiver.endpoint.id)
    try checkPort(of: receiver)
    packet.output = port
    try checkFilters(of: facts.bridgeTables, at: "forward", on: packet)
    if facts.host.filtersBridged.contains(packet.family) {
      var bridged = packet
      (bridged.input, bridged.output, bridged.mac) = (bridge, bridge, nil)
      try checkFilters(of: hostTables, at: "forward", on: bridged)
    }
    guard next == packet.destination else {
      noteUnknown(
        "what \(facts.name(receiver.container)) forwards",
        "the gateway \(next) is the container \(facts.name(receiver.container)); what it forwards is not known here")
      return
    }
    pass(
      "the bridge forwards it to \(facts.name(receiver.container))",
      "\(who) and \(facts.name(receiver.container)) can communicate on \(attachment.network.title)")
    (packet.input, packet.output, packet.mac) = (nil, nil, nil)
    try deliverToSandbox(receiver.container, packet, by: receiver.endpoint.interface, checksReply: true)
  }

  /// The packet as a frame at the container's bridge port.
  func frame(of attachment: PathFacts.Attachment, _ packet: Packet) throws(Stop) -> Packet {
    var packet = packet
    packet.input = EndpointLink.name(for: attachment.endpoint.id)
    let inside = try sandboxFacts(of: attachment.container)
    packet.mac = attachment.endpoint.interface.flatMap { inside.links[$0]?.mac } ?? attachment.endpoint.mac
    return packet
  }

  /// Checks that the host's end of a container's link exists, is up and is on a bridge.
  mutating func checkPort(of attachment: PathFacts.Attachment) throws(Stop) {
    let name = EndpointLink.name(for: attachment.endpoint.id)
    let who = facts.name(attachment.container)
    let inside = try sandboxFacts(of: attachment.container)
    func linkText(_ problem: String) -> String { "the link of \(who) to \(attachment.network.title) \(problem)" }
    guard let link = facts.host.links[name] else {
      throw failForDrift(linkText("is missing"), "\(name) does not exist")
    }
    guard link.isUp else { throw failForDrift(linkText("is down"), "\(name) is down on this host") }
    guard let bridge = link.controller else {
      throw failForDrift(linkText("is attached to no bridge"), "\(name) has no bridge")
    }
    guard facts.host.links[bridge]?.isUp == true else {
      throw failForDrift("the bridge of \(attachment.network.title) is down", "\(bridge)")
    }
    if let interface = attachment.endpoint.interface, inside.links[interface]?.isUp != true {
      throw failForDrift("\(interface) of \(who) is down", "inside the container")
    }
  }

  /// Stops because the kernel's state differs from the desired state.
  private mutating func failForDrift(_ text: String, _ fact: String) -> Stop {
    advise("list the differences from the desired state", "causeway plan")
    return fail(text, fact)
  }

  /// Says why no running container of the network has an address.
  ///
  /// - Parameter who: the container that sends to the address.
  private mutating func explainMissingEndpoint(_ address: IPAddress, on network: Network, sender who: String) -> Stop {
    let configured = facts.containers.values.first { container in
      !container.isAttached
        && container.endpoints.contains {
          $0.network == network.id
            && ($0.settings.ipv4.map(IPAddress.v4) == address || $0.settings.ipv6.map(IPAddress.v6) == address)
        }
    }
    if let configured {
      advise("start it", "causeway start \(configured.name)")
      return fail(
        "\(address) belongs to \(configured.name), which is not running", because: "\(configured.name) is not running")
    }
    let others = facts.attachments.filter { $0.network.id == network.id && facts.name($0.container) != who }
    let known = others.map {
      "\(facts.name($0.container)) \($0.endpoint.addresses.map { "\($0)" }.joined(separator: " "))"
    }
    return fail(
      "no endpoint on \(network.title) has the address \(address)",
      known.isEmpty ? "it has no other endpoints" : "others there: \(known.sorted().joined(separator: ", "))",
      because: "no endpoint has the address \(address)")
  }

  // MARK: Segments of parent links

  /// Follows a packet of a macvlan or ipvlan container.
  mutating func enterParentSegment(
    _ attachment: PathFacts.Attachment, _ packet: Packet, towards next: IPAddress
  ) throws(Stop) {
    let network = attachment.network
    guard let options = try? ParentLinkOptions(network) else { return }
    if options.routes {
      noteUnknown(
        "what ipvlan routes", "\(network.title) is ipvlan in a routing mode: its routing is not followed here")
    }
    let who = facts.name(attachment.container)
    let receiver = facts.attachments(with: next).first { other in
      guard other.network.driver == network.driver else { return false }
      guard let parent = options.parent else { return other.network.id == network.id }
      return (try? ParentLinkOptions(other.network))?.parent == parent
    }
    if let receiver {
      let name = facts.name(receiver.container)
      guard !options.isolatesContainers else {
        throw fail(
          "\(network.title) isolates its containers from each other", "its macvlan_mode is \(options.mode)",
          because: "\(who) and \(name) are isolated from each other")
      }
      pass("\(name) is a neighbour on the same segment", segmentText(network, options))
      var packet = packet
      (packet.input, packet.output) = (nil, nil)
      return try deliverToSandbox(receiver.container, packet, by: receiver.endpoint.interface, checksReply: true)
    }
    guard let parent = options.parent else {
      throw explainMissingEndpoint(next, on: network, sender: who)
    }
    if facts.host.hasAddress(next) {
      let isOnParent = facts.host.addresses.contains { $0.link == parent && $0.address.address == next }
      adviseBridge(attachment.container)
      throw fail(
        isOnParent
          ? "the host and its own \(network.driver) containers cannot reach each other"
          : "\(next) is an address of this host, which its own \(network.driver) containers cannot reach",
        "\(who) is on \(parent); the kernel passes nothing between a link and its children",
        because: "\(network.driver) containers and their host cannot reach each other")
    }
    pass("it leaves through \(parent) and does not pass this host", segmentText(network, options))
    noteUnknown("who is there on the segment of \(parent)", "what is on that segment is not known here")
  }

  private func segmentText(_ network: Network, _ options: ParentLinkOptions) -> String {
    let parent = options.parent.map { "on \($0)" } ?? "with its own segment"
    return "\(network.title) is \(network.driver) \(parent)"
  }

  private mutating func adviseBridge(_ id: ContainerID) {
    advise(
      "connect it to a bridge network as well, and use its address there", facts.commandToConnectOutside(id))
  }

  /// Stops if the host sends through a parent link to one of its own containers: the kernel does not deliver that.
  mutating func failForOwnChild(_ next: IPAddress, by link: InterfaceName) throws(Stop) {
    let networks = Set(facts.networks(onParent: link).map(\.id))
    guard let child = facts.attachments(with: next).first(where: { networks.contains($0.network.id) }) else { return }
    adviseBridge(child.container)
    throw fail(
      "the host cannot reach its own \(child.network.driver) containers",
      "\(facts.name(child.container)) is on \(link); the kernel passes nothing between a link and its children",
      because: "\(child.network.driver) containers and their host cannot reach each other")
  }
}
