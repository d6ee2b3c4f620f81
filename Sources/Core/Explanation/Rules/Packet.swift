public import Addressing

/// The kind of the first packet.
public enum Question: String, Sendable, Hashable {
  case tcp
  case udp
  /// An ICMP echo request.
  case ping
}

/// The first packet of a flow, or of its reply, as a chain sees it at one hook.
public struct Packet: Sendable, Hashable {
  public var question: Question
  public var source: IPAddress
  public var destination: IPAddress
  /// An ephemeral port; 0 for a ping.
  public var sourcePort: UInt16
  public var port: UInt16
  /// The source MAC address of the frame, if it comes from a bridge port.
  public var mac: MACAddress?
  public var input: InterfaceName?
  public var output: InterfaceName?
  /// It is a reply in an established flow.
  public var isAnswer = false
  /// The destination is an address of the host.
  public var isForHost = false
  /// The destination before DNAT; `nil` if there was none.
  public var originalDestination: Destination?

  public struct Destination: Sendable, Hashable {
    public var address: IPAddress
    public var port: UInt16
  }

  /// A port of the ephemeral range.
  static let ownPort: UInt16 = 49152

  public init(_ question: Question, from source: IPAddress, to destination: IPAddress, port: UInt16) {
    self.question = question
    self.source = source
    self.destination = destination
    self.port = port
    sourcePort = question == .ping ? 0 : Self.ownPort
  }

  public var family: AddressFamily { destination.family }

  /// The first packet of the reply.
  var answer: Packet {
    var packet = self
    packet.isAnswer = true
    (packet.source, packet.destination) = (destination, source)
    (packet.sourcePort, packet.port) = (port, sourcePort)
    packet.mac = nil
    return packet
  }
}
