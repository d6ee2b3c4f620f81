import CLinux
public import Addressing
import CNetlink
import Glibc

/// A route of the main table as the kernel tells of it.
public struct ObservedRoute: Hashable, Sendable {
  public let destination: IPPrefix
  public let gateway: IPAddress?
  /// `nil` for routes that lead nowhere (`blackhole`) or over several links.
  public let linkIndex: UInt32?
  public let metric: UInt32
  /// Packets that match are thrown away: `blackhole`, `unreachable`, `prohibit`.
  public let isDeadEnd: Bool
  /// Whether the engine put it there.
  public let isOurs: Bool
  /// Whether it came with an address.
  public let isKernels: Bool

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
    // IPv6 has no metric of zero: the kernel makes 1024 of it (IP6_RT_PRIO_USER).
    isOurs = header.rtm_protocol == Origin.engine
    self.metric = family == .ipv6 && isOurs && metric == 1024 ? 0 : metric
    isKernels = header.rtm_protocol == UInt8(RTPROT_KERNEL)
  }
}
