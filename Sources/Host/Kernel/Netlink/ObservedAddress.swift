import CLinux
package import Addressing
import CNetlink
import Glibc

/// An address as the kernel reports it.
package struct ObservedAddress: Hashable, Sendable {
  package let linkIndex: UInt32
  package let address: InterfaceAddress
  /// Whether the engine added it.
  package let isOurs: Bool

  init?(_ reply: NetlinkReply) {
    let type = Int(reply.header.nlmsg_type)
    guard type == RTM_NEWADDR || type == RTM_DELADDR else { return nil }
    let header = reply.fixed(ifaddrmsg())
    let attributes = reply.attributes(after: ifaddrmsg.self)
    // On a point-to-point link IFA_ADDRESS is the peer's address.
    guard let octets = attributes.payload(IFA_LOCAL) ?? attributes.payload(IFA_ADDRESS),
      let address = IPAddress(octets: octets),
      let assigned = InterfaceAddress(address, prefixLength: Int(header.ifa_prefixlen))
    else { return nil }
    linkIndex = header.ifa_index
    self.address = assigned
    isOurs = attributes.value(IFA_PROTO, as: UInt8.self) == RouteOrigin.engine
  }
}
