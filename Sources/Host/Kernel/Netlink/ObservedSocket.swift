public import Addressing
import CNetlink
import Glibc

/// A socket that waits for others to speak: one that listens by TCP, or one by UDP that takes from anybody.
public struct ObservedSocket: Hashable, Sendable {
  public let port: TransportPort
  /// The unspecified address of a family stands for all addresses of it.
  public let address: IPAddress
  /// Bound to all IPv6 addresses and to those alone; other such sockets take IPv4, too (ipv6(7), `IPV6_V6ONLY`).
  public let isIPv6Only: Bool

  init?(_ reply: NetlinkReply, _ transport: TransportProtocol) {
    guard Int(reply.header.nlmsg_type) == Int(SOCK_DIAG_BY_FAMILY) else { return nil }
    let message = reply.fixed(inet_diag_msg())
    let count = Int32(message.idiag_family) == AF_INET ? 4 : 16
    let octets = withUnsafeBytes(of: message.id.idiag_src) { Array($0.prefix(count)) }
    guard let address = IPAddress(octets: octets) else { return nil }
    // One that has a partner takes from nobody else.
    guard message.id.idiag_dport == 0 else { return nil }
    port = TransportPort(UInt16(bigEndian: message.id.idiag_sport), transport)
    self.address = address.v6?.mappedIPv4.map(IPAddress.v4) ?? address
    let attributes = reply.attributes(after: inet_diag_msg.self)
    isIPv6Only = attributes.value(Int(INET_DIAG_SKV6ONLY), as: UInt8.self) == 1
  }
}

extension NetlinkRequest {
  /// The sockets of one family that wait (sock_diag(7)): for TCP in the state `LISTEN`, for UDP without a partner.
  static func listSockets(_ transport: TransportProtocol, _ family: AddressFamily) -> NetlinkRequest {
    var header = inet_diag_req_v2()
    header.sdiag_family = UInt8(family == .ipv4 ? AF_INET : AF_INET6)
    header.sdiag_protocol = UInt8(transport == .tcp ? IPPROTO_TCP : IPPROTO_UDP)
    // A socket by UDP that has no partner is in the state that TCP calls closed.
    header.idiag_states = 1 << UInt32(transport == .tcp ? TCP_LISTEN : TCP_CLOSE)
    return NetlinkRequest(Int(SOCK_DIAG_BY_FAMILY), subject: "sockets", header: header)
  }
}

extension NetlinkSocket {
  /// Sockets that wait for others to speak, in the namespace that this one was opened in.
  func waitingSockets() throws(SystemCallError) -> [ObservedSocket] {
    var sockets: [ObservedSocket] = []
    for transport in [TransportProtocol.tcp, .udp] {
      for family in AddressFamily.allCases {
        sockets += try dump(.listSockets(transport, family)) { ObservedSocket($0, transport) }
      }
    }
    return sockets
  }
}
