public import Addressing

/// What a program sends to find out whether another is there.
public enum Question: String, Sendable, Hashable {
  case tcp
  case udp
  /// An echo request by ICMP.
  case ping
}

/// The first packet of a conversation, or of its answer, as the chains of a firewall see it at one place of its way.
public struct Packet: Sendable, Hashable {
  public var question: Question
  public var source: IPAddress
  public var destination: IPAddress
  /// A program's own port is one that nobody else knows; for a ping both are zero.
  public var sourcePort: UInt16
  public var port: UInt16
  /// The hardware address in the frame, where it comes from a port of a bridge.
  public var mac: MACAddress?
  public var input: InterfaceName?
  public var output: InterfaceName?
  /// It belongs to a conversation that was let through.
  public var isAnswer = false
  /// The destination is one of the host's own addresses.
  public var isForHost = false
  /// Where it was going before the destination was translated; `nil`: it was not.
  public var asked: Place?

  public struct Place: Sendable, Hashable {
    public var address: IPAddress
    public var port: UInt16
  }

  /// A port of those that the kernel gives to programs that do not care.
  static let ownPort: UInt16 = 49152

  public init(_ question: Question, from source: IPAddress, to destination: IPAddress, port: UInt16) {
    self.question = question
    self.source = source
    self.destination = destination
    self.port = port
    sourcePort = question == .ping ? 0 : Self.ownPort
  }

  public var family: AddressFamily { destination.family }

  /// The first packet of the answer.
  var answer: Packet {
    var packet = self
    packet.isAnswer = true
    (packet.source, packet.destination) = (destination, source)
    (packet.sourcePort, packet.port) = (port, sourcePort)
    packet.mac = nil
    return packet
  }
}
