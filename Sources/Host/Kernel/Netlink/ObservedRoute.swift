import CLinux
package import Addressing
import CNetlink
import Glibc

/// A route of the main table as the kernel reports it.
package struct ObservedRoute: Hashable, Sendable {
  package let destination: IPPrefix
  package let gateway: IPAddress?
  /// `nil` for routes without a link (`blackhole`) and for multipath routes.
  package let linkIndex: UInt32?
  package let metric: UInt32
  /// Whether matching packets are dropped: `blackhole`, `unreachable`, `prohibit`.
  package let isDeadEnd: Bool
  /// Whether the engine added it.
  package let isOurs: Bool
  /// Whether the kernel added it together with an address.
  package let isFromKernel: Bool

  init?(_ reply: NetlinkReply) {
    let type = Int(reply.header.nlmsg_type)
    guard type == RTM_NEWROUTE || type == RTM_DELROUTE else { return nil }
    let header = reply.fixed(rtmsg())
    let attributes = reply.attributes(after: rtmsg.self)
    let table =
      attributes.value(Int(RTA_TABLE.rawValue), as: UInt32.self) ?? UInt32(header.rtm_table)
    guard table == UInt32(RT_TABLE_MAIN.rawValue), header.rtm_flags & UInt32(RTM_F_CLONED) == 0,
      header.rtm_family == UInt8(AF_INET) || header.rtm_family == UInt8(AF_INET6)
    else { return nil }
    let family: AddressFamily = header.rtm_family == UInt8(AF_INET) ? .ipv4 : .ipv6
    let base =
      attributes.payload(Int(RTA_DST.rawValue)).flatMap { IPAddress(octets: $0) } ?? .any(family)
    guard let destination = IPPrefix(containing: base, length: Int(header.rtm_dst_len)) else {
      return nil
    }
    self.destination = destination
    gateway = attributes.payload(Int(RTA_GATEWAY.rawValue)).flatMap { IPAddress(octets: $0) }
    linkIndex = attributes.value(Int(RTA_OIF.rawValue), as: UInt32.self)
    isDeadEnd = [RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT].contains(Int(header.rtm_type))
    let metric = attributes.value(Int(RTA_PRIORITY.rawValue), as: UInt32.self) ?? 0
    // For IPv6 the kernel replaces metric zero by 1024 (IP6_RT_PRIO_USER).
    isOurs = header.rtm_protocol == RouteOrigin.engine
    self.metric = family == .ipv6 && isOurs && metric == 1024 ? 0 : metric
    isFromKernel = header.rtm_protocol == UInt8(RTPROT_KERNEL)
  }
}
