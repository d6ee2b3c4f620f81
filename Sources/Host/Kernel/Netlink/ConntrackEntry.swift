package import Addressing
import CNetlink
import Glibc

/// A flow that the kernel tracks (conntrack(8)).
///
/// The first packet of a flow decides its translation. A flow that began before a port was published, or that leads to
/// a removed container, keeps its translation until the entry is deleted.
package struct ConntrackEntry: Hashable, Sendable {
  /// Source and destination of the packets of one direction.
  package struct Direction: Hashable, Sendable {
    package let source: IPAddress
    package let destination: IPAddress
    /// Zero for protocols without ports.
    package let sourcePort: UInt16
    package let destinationPort: UInt16
  }

  /// `IPPROTO_TCP`, `IPPROTO_UDP` …
  package let protocolNumber: UInt8
  /// The packets of the side that opened the flow.
  package let original: Direction
  /// The expected answers. Their source is the translated destination.
  package let reply: Direction
  /// The tuple in the kernel's encoding, for the request that deletes the entry.
  let originalTuple: [UInt8]
  let identifier: UInt32

  init?(_ message: NetlinkReply) {
    let attributes = message.attributes(after: nfgenmsg.self)
    guard let tuple = attributes.payload(Int(CTA_TUPLE_ORIG.rawValue)),
      let original = Self.direction(NetlinkAttributes(tuple)),
      let reply = attributes.nested(Int(CTA_TUPLE_REPLY.rawValue)).flatMap({ Self.direction($0) }),
      let identifier = attributes.value(Int(CTA_ID.rawValue), as: UInt32.self)
    else { return nil }
    self.original = original.direction
    self.reply = reply.direction
    protocolNumber = original.protocolNumber
    originalTuple = Array(tuple)
    self.identifier = identifier
  }

  private static func direction(_ tuple: NetlinkAttributes) -> (direction: Direction, protocolNumber: UInt8)? {
    guard let ip = tuple.nested(Int(CTA_TUPLE_IP.rawValue)),
      let proto = tuple.nested(Int(CTA_TUPLE_PROTO.rawValue)),
      let source = (ip.payload(Int(CTA_IP_V4_SRC.rawValue)) ?? ip.payload(Int(CTA_IP_V6_SRC.rawValue)))
        .flatMap({ IPAddress(octets: $0) }),
      let destination = (ip.payload(Int(CTA_IP_V4_DST.rawValue)) ?? ip.payload(Int(CTA_IP_V6_DST.rawValue)))
        .flatMap({ IPAddress(octets: $0) })
    else { return nil }
    func port(_ type: ctattr_l4proto) -> UInt16 {
      UInt16(bigEndian: proto.value(Int(type.rawValue), as: UInt16.self) ?? 0)
    }
    let direction = Direction(
      source: source, destination: destination, sourcePort: port(CTA_PROTO_SRC_PORT),
      destinationPort: port(CTA_PROTO_DST_PORT))
    return (direction, proto.value(Int(CTA_PROTO_NUM.rawValue), as: UInt8.self) ?? 0)
  }

  /// Whether one of the four endpoints is `address`.
  package func involves(_ address: IPAddress) -> Bool {
    original.source == address || original.destination == address || reply.source == address
      || reply.destination == address
  }
}

extension NetlinkRequest {
  static let connectionsGet = Int(NFNL_SUBSYS_CTNETLINK) << 8 | Int(IPCTNL_MSG_CT_GET.rawValue)
  static let connectionsDelete = Int(NFNL_SUBSYS_CTNETLINK) << 8 | Int(IPCTNL_MSG_CT_DELETE.rawValue)

  /// All families at once: the kernel walks its whole table in any case.
  static var listConnections: NetlinkRequest {
    NetlinkRequest(connectionsGet, subject: "connections", header: netfilterHeader(AF_UNSPEC))
  }

  static func forget(_ connection: ConntrackEntry) -> NetlinkRequest {
    var request = NetlinkRequest(
      connectionsDelete, subject: "\(connection.original.source) to \(connection.original.destination)",
      header: netfilterHeader(connection.original.source.family == .ipv4 ? AF_INET : AF_INET6))
    request.attribute(Int(CTA_TUPLE_ORIG.rawValue) | Int(NLA_F_NESTED), bytes: connection.originalTuple)
    // The id restricts the deletion to this entry, in case a new flow has the same tuple.
    request.attribute(Int(CTA_ID.rawValue), connection.identifier)
    return request
  }

  private static func netfilterHeader(_ family: Int32) -> nfgenmsg {
    nfgenmsg(nfgen_family: UInt8(family), version: UInt8(NFNETLINK_V0), res_id: 0)
  }
}
