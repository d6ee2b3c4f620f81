import Addressing
import EngineModel
import NetworkPlan

/// The packet has an address of the host as its destination.
extension PathWalk {
  /// Says which program of the host receives the packet: a relay of the engine, or another program.
  mutating func deliverToHost(_ packet: Packet) throws(Stop) {
    guard let port = transportPort(of: packet) else {
      pass("this host answers pings", "\(packet.destination) is its own")
      return
    }
    if let (id, relay) = facts.relay(at: packet.destination, port) {
      pass(
        "a relay of the engine forwards it to port \(relay.targetPort) of \(facts.name(id))",
        "published; the kernel cannot translate \(packet.destination) to \(relay.target)")
      return try followRelay(relay)
    }
    // A port reservation of the data plane is a socket that accepts no connection. It is not a listener.
    if let receiver = facts.publisher(of: port, at: packet.destination) {
      throw fail(
        "port \(port) of this host is published by \(receiver.name), which has no \(packet.family.title)",
        networkText(of: receiver.id), because: "\(receiver.name) has no \(packet.family.title)")
    }
    if let socket = facts.host.listener(at: packet.destination, port) {
      pass("a program of this host listens on port \(port)", socket.text)
      return
    }
    throw explainUnpublishedHostPort(port, at: packet.destination)
  }

  /// A relay connects to the container as a program of the host does: a second walk follows that connection.
  private mutating func followRelay(_ relay: PortRelay) throws(Stop) {
    var second = PathWalk(
      facts,
      PathRequest(
        origin: .host, target: .address(relay.target), probe: request.probe, port: relay.targetPort,
        from: request.from, to: request.to), originName: originName, targetName: targetName)
    defer {
      steps += second.steps
      advice += second.advice
      unknowns += second.unknowns
    }
    try second.leaveFromHost(to: relay.target)
  }
}
