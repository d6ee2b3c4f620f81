public import Addressing
import CLinux
import CNetlink
import Glibc
public import NetworkPlan

/// A link as the kernel tells of it, with the numbers that mean something only in its namespace.
public struct ObservedLink: Hashable, Sendable {
  public let index: UInt32
  public let name: InterfaceName
  /// `IFLA_INFO_KIND`: `bridge`, `veth`; empty for hardware and the loopback.
  public let kind: String
  public let mac: MACAddress?
  public let mtu: UInt32
  /// Administratively up.
  public let isUp: Bool
  public let isLoopback: Bool
  /// The link it is a port of.
  public let controllerIndex: UInt32?
  public let port: Link.BridgePort?
  public let alias: String?
  /// The other end of a veth, or the parent; in the namespace that ``peerIsElsewhere`` tells.
  public let peerIndex: UInt32?
  /// Whether ``peerIndex`` counts in another namespace.
  public let peerIsElsewhere: Bool

  /// `nil` for what is no link, or has a name that the kernel would not accept.
  init?(_ reply: NetlinkReply) {
    guard Int(reply.header.nlmsg_type) == RTM_NEWLINK || Int(reply.header.nlmsg_type) == RTM_DELLINK
    else { return nil }
    let header = reply.fixed(ifinfomsg())
    let attributes = reply.attributes(after: ifinfomsg.self)
    guard let name = attributes.text(IFLA_IFNAME).flatMap({ InterfaceName($0) }) else { return nil }
    self.name = name
    index = UInt32(bitPattern: header.ifi_index)
    isUp = header.ifi_flags & UInt32(IFF_UP) != 0
    isLoopback = header.ifi_flags & UInt32(IFF_LOOPBACK) != 0
    mac = attributes.payload(IFLA_ADDRESS).flatMap { MACAddress(octets: $0) }
    mtu = attributes.value(IFLA_MTU, as: UInt32.self) ?? 0
    controllerIndex = attributes.value(IFLA_MASTER, as: UInt32.self)
    alias = attributes.text(IFLA_IFALIAS)
    peerIndex = attributes.value(IFLA_LINK, as: UInt32.self)
    peerIsElsewhere = attributes.payload(IFLA_LINK_NETNSID) != nil
    let info = attributes.nested(IFLA_LINKINFO)
    kind = info?.text(IFLA_INFO_KIND) ?? ""
    if info?.text(IFLA_INFO_SLAVE_KIND) == "bridge", let port = info?.nested(IFLA_INFO_SLAVE_DATA) {
      self.port = Link.BridgePort(
        hairpin: port.value(IFLA_BRPORT_MODE, as: UInt8.self) == 1,
        isolated: port.value(IFLA_BRPORT_ISOLATED, as: UInt8.self) == 1)
    } else {
      port = nil
    }
  }
}

/// An address as the kernel tells of it.
public struct ObservedAddress: Hashable, Sendable {
  public let linkIndex: UInt32
  public let address: InterfaceAddress
  /// Whether the engine put it there.
  public let isOurs: Bool

  init?(_ reply: NetlinkReply) {
    let type = Int(reply.header.nlmsg_type)
    guard type == RTM_NEWADDR || type == RTM_DELADDR else { return nil }
    let header = reply.fixed(ifaddrmsg())
    let attributes = reply.attributes(after: ifaddrmsg.self)
    // On a point-to-point link IFA_ADDRESS is the other side's.
    guard let octets = attributes.payload(IFA_LOCAL) ?? attributes.payload(IFA_ADDRESS),
      let address = IPAddress(octets: octets),
      let assigned = InterfaceAddress(address, prefixLength: Int(header.ifa_prefixlen))
    else { return nil }
    linkIndex = header.ifa_index
    self.address = assigned
    isOurs = attributes.value(IFA_PROTO, as: UInt8.self) == Origin.engine
  }
}

/// A route of the main table as the kernel tells of it.
public struct ObservedRoute: Hashable, Sendable {
  public let destination: IPPrefix
  public let gateway: IPAddress?
  /// `nil` for routes that lead nowhere (`blackhole`) or over several links.
  public let linkIndex: UInt32?
  public let metric: UInt32
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
    let metric = attributes.value(Int(RTA_PRIORITY.rawValue), as: UInt32.self) ?? 0
    // IPv6 has no metric of zero: the kernel makes 1024 of it (IP6_RT_PRIO_USER).
    isOurs = header.rtm_protocol == Origin.engine
    self.metric = family == .ipv6 && isOurs && metric == 1024 ? 0 : metric
    isKernels = header.rtm_protocol == UInt8(RTPROT_KERNEL)
  }
}
