package import Addressing
import CNetlink
import Glibc

/// A TCP socket that listens, or a UDP socket that is not connected.
package struct ObservedSocket: Hashable, Sendable {
  package let port: TransportPort
  /// The unspecified address means all addresses of the family.
  package let address: IPAddress
  /// Whether a socket bound to all IPv6 addresses refuses IPv4 (ipv6(7), `IPV6_V6ONLY`).
  package let isIPv6Only: Bool

  init?(_ reply: NetlinkReply, _ transport: TransportProtocol) {
    guard Int(reply.header.nlmsg_type) == Int(SOCK_DIAG_BY_FAMILY) else { return nil }
    let message = reply.fixed(inet_diag_msg())
    let count = Int32(message.idiag_family) == AF_INET ? 4 : 16
    let octets = withUnsafeBytes(of: message.id.idiag_src) { Array($0.prefix(count)) }
    guard let address = IPAddress(octets: octets) else { return nil }
    // A connected UDP socket receives only from its peer.
    guard message.id.idiag_dport == 0 else { return nil }
    port = TransportPort(UInt16(bigEndian: message.id.idiag_sport), transport)
    self.address = address.v6?.mappedIPv4.map(IPAddress.v4) ?? address
    let attributes = reply.attributes(after: inet_diag_msg.self)
    isIPv6Only = attributes.value(Int(INET_DIAG_SKV6ONLY), as: UInt8.self) == 1
  }
}

extension NetlinkRequest {
  /// The listening sockets of one family (sock_diag(7)): TCP in the state `LISTEN`, UDP without a peer.
  static func listSockets(_ transport: TransportProtocol, _ family: AddressFamily) -> NetlinkRequest {
    var header = inet_diag_req_v2()
    header.sdiag_family = UInt8(family == .ipv4 ? AF_INET : AF_INET6)
    header.sdiag_protocol = UInt8(transport == .tcp ? IPPROTO_TCP : IPPROTO_UDP)
    // The kernel reports an unconnected UDP socket in the state TCP_CLOSE.
    header.idiag_states = 1 << UInt32(transport == .tcp ? TCP_LISTEN : TCP_CLOSE)
    return NetlinkRequest(Int(SOCK_DIAG_BY_FAMILY), subject: "sockets", header: header)
  }
}

extension NetlinkSocket {
  /// The listening sockets in the namespace of this netlink socket.
  func listeningSockets() throws(SystemCallError) -> [ObservedSocket] {
    var sockets: [ObservedSocket] = []
    for transport in [TransportProtocol.tcp, .udp] {
      for family in AddressFamily.allCases {
        sockets += try dump(.listSockets(transport, family)) { ObservedSocket($0, transport) }
      }
    }
    return sockets
  }
}
