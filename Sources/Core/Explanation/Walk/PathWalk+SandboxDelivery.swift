import Addressing
import EngineModel
import NetworkPlan

/// The packet arrives in a sandbox.
extension PathWalk {
  /// Checks that a program in the sandbox receives the packet, and that its reply returns.
  ///
  /// - Parameters:
  ///   - link: the link on which it arrives; `nil` if it never left the sandbox.
  ///   - checksReply: whether to follow the reply as well.
  mutating func deliverToSandbox(
    _ id: ContainerID, _ arriving: Packet, by link: InterfaceName?, checksReply: Bool
  ) throws(Stop) {
    let inside = try sandboxFacts(of: id)
    let who = facts.name(id)
    var packet = arriving
    if let link, inside.links[link]?.isUp != true {
      throw fail("\(link) of \(who) is down", "inside the container", because: "\(link) of \(who) is down")
    }
    guard inside.hasAddress(packet.destination) else {
      throw fail(
        "\(who) does not have the address \(packet.destination)", "the address is missing inside the container")
    }
    packet.input = link ?? InterfaceName("lo")
    try checkFilters(of: inside.tables, at: "input", on: packet, in: who)
    packet.input = nil
    if let port = transportPort(of: packet) {
      try requireListener(port, at: packet.destination, in: inside, of: id)
    } else {
      pass("\(who) answers pings", "the kernel answers, whatever runs in it")
    }
    if facts.containers[id]?.state.status == .paused {
      guard request.probe == .ping else {
        advise("unpause it", "causeway unpause \(who)")
        throw fail("\(who) is paused: no program in it answers", because: "\(who) is paused")
      }
      remark("\(who) is paused: it answers pings only")
    }
    switch facts.containers[id]?.state.health?.status {
    case .unhealthy?: remark("\(who) is unhealthy (health check)")
    case .starting?: remark("\(who) is starting (health check)")
    default: break
    }
    if checksReply, let link { try checkReply(from: id, inside, packet, by: link) }
  }

  func transportPort(of packet: Packet) -> TransportPort? {
    switch packet.probe {
    case .tcp: TransportPort(packet.port, .tcp)
    case .udp: TransportPort(packet.port, .udp)
    case .ping: nil
    }
  }

  private mutating func requireListener(
    _ port: TransportPort, at destination: IPAddress, in inside: NamespaceFacts, of id: ContainerID
  ) throws(Stop) {
    let who = facts.name(id)
    if let socket = inside.listener(at: destination, port) {
      pass("a program of \(who) listens on port \(port)", socket.text)
      return
    }
    throw explainMissingListener(port, at: destination, inside, who, containers: [id])
  }
}
