package import Addressing
import CLinux
import CNetlink
import Glibc
package import NetworkPlan

/// A link as the kernel reports it. Its indices are valid only in its namespace.
package struct ObservedLink: Hashable, Sendable {
  package let index: UInt32
  package let name: InterfaceName
  /// `IFLA_INFO_KIND`: `bridge`, `veth`; empty for hardware and loopback.
  package let kind: String
  package let mac: MACAddress?
  package let mtu: UInt32
  /// Administratively up.
  package let isUp: Bool
  package let isLoopback: Bool
  /// In a notification: the link was set down by this change. False for a new link that never was up.
  package let wentDown: Bool
  /// The index of the bridge that the link is a port of.
  package let controllerIndex: UInt32?
  package let port: Link.BridgePort?
  package let alias: String?
  /// Whether the kernel adds a link-local address; `nil` when the link has no IPv6 or the message does not say.
  package let hasLinkLocal: Bool?
  /// `IFLA_INFO_DATA` of the kinds that the engine creates.
  let details: Details
  /// The index of a veth's other end or of the parent, valid in the namespace that ``peerIsElsewhere`` says.
  package let peerIndex: UInt32?
  /// Whether ``peerIndex`` belongs to another namespace.
  package let peerIsElsewhere: Bool

  /// `nil` for other messages, and for a name that ``InterfaceName`` does not accept.
  init?(_ reply: NetlinkReply) {
    guard Int(reply.header.nlmsg_type) == RTM_NEWLINK || Int(reply.header.nlmsg_type) == RTM_DELLINK
    else { return nil }
    let header = reply.fixed(ifinfomsg())
    // Bridges report their ports with messages of the same type, in which a deletion means that the port left the
    // bridge.
    guard header.ifi_family == UInt8(AF_UNSPEC) else { return nil }
    let attributes = reply.attributes(after: ifinfomsg.self)
    guard let name = attributes.text(IFLA_IFNAME).flatMap({ InterfaceName($0) }) else { return nil }
    self.name = name
    index = UInt32(bitPattern: header.ifi_index)
    isUp = header.ifi_flags & UInt32(IFF_UP) != 0
    wentDown = !isUp && header.ifi_change != .max && header.ifi_change & UInt32(IFF_UP) != 0
    isLoopback = header.ifi_flags & UInt32(IFF_LOOPBACK) != 0
    mac = attributes.payload(IFLA_ADDRESS).flatMap { MACAddress(octets: $0) }
    mtu = attributes.value(IFLA_MTU, as: UInt32.self) ?? 0
    controllerIndex = attributes.value(IFLA_MASTER, as: UInt32.self)
    alias = attributes.text(IFLA_IFALIAS)
    let six = attributes.nested(IFLA_AF_SPEC)?.nested(Int(AF_INET6))
    hasLinkLocal = six?.value(IFLA_INET6_ADDR_GEN_MODE, as: UInt8.self).map { $0 != IN6_ADDR_GEN_MODE_NONE.rawValue }
    peerIndex = attributes.value(IFLA_LINK, as: UInt32.self)
    peerIsElsewhere = attributes.payload(IFLA_LINK_NETNSID) != nil
    let info = attributes.nested(IFLA_LINKINFO)
    kind = info?.text(IFLA_INFO_KIND) ?? ""
    details = Details(kind: kind, data: info?.nested(IFLA_INFO_DATA))
    let isPort = info?.text(IFLA_INFO_SLAVE_KIND) == "bridge"
    port = isPort ? info?.nested(IFLA_INFO_SLAVE_DATA).map(Link.BridgePort.init) : nil
  }
}

extension Link.BridgePort {
  fileprivate init(_ attributes: NetlinkAttributes) {
    self.init(
      hairpin: attributes.value(IFLA_BRPORT_MODE, as: UInt8.self) == 1,
      isolated: attributes.value(IFLA_BRPORT_ISOLATED, as: UInt8.self) == 1)
  }
}

/// A bridge's report about one of its ports.
struct ObservedPort {
  let name: InterfaceName
  let port: Link.BridgePort

  /// `nil` for other messages, and for a port that left its bridge.
  init?(_ reply: NetlinkReply) {
    guard Int(reply.header.nlmsg_type) == RTM_NEWLINK,
      reply.fixed(ifinfomsg()).ifi_family == UInt8(AF_BRIDGE)
    else { return nil }
    let attributes = reply.attributes(after: ifinfomsg.self)
    guard let name = attributes.text(IFLA_IFNAME).flatMap({ InterfaceName($0) }),
      let port = attributes.nested(IFLA_PROTINFO)
    else { return nil }
    self.name = name
    self.port = Link.BridgePort(port)
  }
}

extension ObservedLink {
  /// Properties that only some kinds have.
  enum Details: Hashable, Sendable {
    case none
    case macvlan(mode: String)
    case ipvlan(mode: String, flag: String)
    case vlan(id: UInt16)
    case vxlan(id: UInt32, local: IPAddress?, port: UInt16)

    init(kind: String, data: NetlinkAttributes?) {
      self = .none
      guard let data else { return }
      switch kind {
      case "macvlan":
        let mode = data.value(IFLA_MACVLAN_MODE, as: UInt32.self)
        if let word = LinkModes.macvlan.first(where: { $0.value == mode })?.key { self = .macvlan(mode: word) }
      case "ipvlan":
        let mode = data.value(IFLA_IPVLAN_MODE, as: UInt16.self)
        let flag = data.value(IFLA_IPVLAN_FLAGS, as: UInt16.self) ?? 0
        if let word = LinkModes.ipvlan.first(where: { $0.value == mode })?.key {
          self = .ipvlan(mode: word, flag: LinkModes.ipvlanFlag.first { $0.value == flag }?.key ?? "")
        }
      case "vlan":
        if let id = data.value(IFLA_VLAN_ID, as: UInt16.self) { self = .vlan(id: id) }
      case "vxlan":
        guard let id = data.value(IFLA_VXLAN_ID, as: UInt32.self) else { return }
        let local =
          data.payload(IFLA_VXLAN_LOCAL) ?? data.payload(IFLA_VXLAN_LOCAL6)
        let port = data.value(IFLA_VXLAN_PORT, as: UInt16.self) ?? 0
        self = .vxlan(id: id, local: local.flatMap { IPAddress(octets: $0) }, port: UInt16(bigEndian: port))
      default:
        return
      }
    }
  }

  /// - Parameter parent: the name of the parent link.
  func linkKind(parent: InterfaceName?) -> Link.Kind {
    switch (details, parent) {
    case (.macvlan(let mode), let parent?): .macvlan(parent: parent, mode: mode)
    case (.ipvlan(let mode, let flag), let parent?): .ipvlan(parent: parent, mode: mode, flag: flag)
    case (.vlan(let id), let parent?): .vlan(parent: parent, id: id)
    case (.vxlan(let id, let local, let port), _): .vxlan(id: id, local: local, port: port)
    default:
      switch kind {
      case "bridge": .bridge
      case "dummy": .dummy
      default: .other(kind)
      }
    }
  }
}

/// The mode names of `ip link` and their numbers in linux/if_link.h.
enum LinkModes {
  static let macvlan: [String: UInt32] = ["private": 1, "vepa": 2, "bridge": 4, "passthru": 8]
  static let ipvlan: [String: UInt16] = ["l2": 0, "l3": 1, "l3s": 2]
  static let ipvlanFlag: [String: UInt16] = ["bridge": 0, "private": 1, "vepa": 2]
}
