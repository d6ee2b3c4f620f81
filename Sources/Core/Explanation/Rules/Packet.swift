package import Addressing

/// The kind of the first packet.
package enum Probe: String, Sendable, Hashable {
  case tcp
  case udp
  /// An ICMP echo request.
  case ping
}

/// The first packet of a flow, or the first of its reply, as a chain sees it at one hook.
package struct Packet: Sendable, Hashable {
  package var probe: Probe
  package var source: IPAddress
  package var destination: IPAddress
  /// An ephemeral port; 0 for a ping.
  package var sourcePort: UInt16
  package var port: UInt16
  /// The source MAC address of the frame, if it comes from a bridge port.
  package var mac: MACAddress?
  package var input: InterfaceName?
  package var output: InterfaceName?
  /// Whether it is a reply in an established flow.
  package var isReply = false
  /// Whether the destination is an address of the host.
  package var isToHost = false
  /// The destination before DNAT; `nil` if there was none.
  package var originalDestination: Destination?

  package struct Destination: Sendable, Hashable {
    package var address: IPAddress
    package var port: UInt16
  }

  /// A port of the ephemeral range.
  static let ephemeralPort: UInt16 = 49152

  package init(_ probe: Probe, from source: IPAddress, to destination: IPAddress, port: UInt16) {
    self.probe = probe
    self.source = source
    self.destination = destination
    self.port = port
    sourcePort = probe == .ping ? 0 : Self.ephemeralPort
  }

  package var family: AddressFamily { destination.family }

  /// The first packet of the reply.
  var reply: Packet {
    var packet = self
    packet.isReply = true
    (packet.source, packet.destination) = (destination, source)
    (packet.sourcePort, packet.port) = (port, sourcePort)
    packet.mac = nil
    return packet
  }
}
