import Addressing
import CLinux
import CNetlink
import Glibc

/// The flags of a bridge port to change; `nil` leaves a flag unchanged.
struct BridgePortFlags: Hashable, Sendable {
  var hairpin: Bool?
  var isolated: Bool?
  var learning: Bool?
}

/// The properties to change; `nil` leaves a property unchanged.
struct LinkSettings: Hashable, Sendable {
  enum Controller: Hashable, Sendable {
    case none
    case index(UInt32)
  }

  var mac: MACAddress?
  var mtu: UInt32?
  var isUp: Bool?
  var controller: Controller?
  /// An empty alias removes it.
  var alias: String?
  /// The descriptor of the namespace to move to.
  var namespace: Int32?

  var isEmpty: Bool { self == LinkSettings() }
}

extension NetlinkRequest {
  /// Creates a link.
  ///
  /// - Parameters:
  ///   - parent: `IFLA_LINK`, for kinds on top of another link.
  ///   - namespace: descriptor of the link's namespace; `nil` means the socket's own.
  ///   - subject: the link's name in errors; `nil` means `name`.
  ///   - data: fills `IFLA_INFO_DATA`; `nil` for kinds without.
  static func createLink(
    _ name: InterfaceName, kind: String, mac: MACAddress? = nil, mtu: UInt32? = nil,
    parent: UInt32? = nil, namespace: Int32? = nil, subject: String? = nil,
    data: ((inout NetlinkRequest) -> Void)? = nil
  ) -> NetlinkRequest {
    var request = NetlinkRequest(
      RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, subject: subject ?? "\(name)",
      header: linkHeader(isUp: nil))
    request.linkProperties(name, mac: mac, mtu: mtu, namespace: namespace)
    if let parent { request.attribute(IFLA_LINK, parent) }
    request.nest(IFLA_LINKINFO) { info in
      info.attribute(IFLA_INFO_KIND, text: kind)
      if let data { info.nest(IFLA_INFO_DATA) { data(&$0) } }
    }
    return request
  }

  /// Creates both ends of a veth pair. The peer gets its final name and MAC in its final namespace.
  static func createPair(
    _ name: InterfaceName, mac: MACAddress?, mtu: UInt32?, peer: InterfaceName,
    peerMAC: MACAddress?,
    peerMTU: UInt32?, peerNamespace: Int32?
  ) -> NetlinkRequest {
    createLink(name, kind: "veth", mac: mac, mtu: mtu) { data in
      data.nest(VETH_INFO_PEER) { info in
        info.append(linkHeader(isUp: nil))
        info.linkProperties(peer, mac: peerMAC, mtu: peerMTU, namespace: peerNamespace)
      }
    }
  }

  private mutating func linkProperties(
    _ name: InterfaceName, mac: MACAddress?, mtu: UInt32?, namespace: Int32?
  ) {
    attribute(IFLA_IFNAME, text: name.rawValue)
    if let mac { attribute(IFLA_ADDRESS, bytes: mac.octets) }
    if let mtu { attribute(IFLA_MTU, mtu) }
    if let namespace { attribute(IFLA_NET_NS_FD, UInt32(bitPattern: namespace)) }
  }

  /// Changes a link with one message. The kernel stops at the first property that it refuses and keeps the earlier
  /// ones.
  static func setLink(_ name: InterfaceName, _ settings: LinkSettings) -> NetlinkRequest {
    var request = NetlinkRequest(
      RTM_SETLINK, subject: "\(name)", header: linkHeader(isUp: settings.isUp))
    request.attribute(IFLA_IFNAME, text: name.rawValue)
    if let mac = settings.mac { request.attribute(IFLA_ADDRESS, bytes: mac.octets) }
    if let mtu = settings.mtu { request.attribute(IFLA_MTU, mtu) }
    if let alias = settings.alias { request.attribute(IFLA_IFALIAS, bytes: Array(alias.utf8)) }
    switch settings.controller {
    case .index(let index): request.attribute(IFLA_MASTER, index)
    case .some(.none): request.attribute(IFLA_MASTER, UInt32(0))
    case nil: break
    }
    if let namespace = settings.namespace {
      request.attribute(IFLA_NET_NS_FD, UInt32(bitPattern: namespace))
    }
    return request
  }

  /// Sets whether the kernel adds a link-local address when the link comes up. Fails with `EAFNOSUPPORT` when the link
  /// has no IPv6.
  static func setLinkLocal(_ name: InterfaceName, _ isMade: Bool) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_SETLINK, subject: "\(name)", header: linkHeader(isUp: nil))
    request.attribute(IFLA_IFNAME, text: name.rawValue)
    request.nest(IFLA_AF_SPEC) { families in
      families.nest(Int(AF_INET6)) { six in
        let mode = isMade ? IN6_ADDR_GEN_MODE_EUI64 : IN6_ADDR_GEN_MODE_NONE
        six.attribute(IFLA_INET6_ADDR_GEN_MODE, UInt8(mode.rawValue))
      }
    }
    return request
  }

  /// Renames a link. The kernel needs the link's index for that.
  static func renameLink(index: UInt32, from: InterfaceName, to: InterfaceName) -> NetlinkRequest {
    var header = linkHeader(isUp: nil)
    header.ifi_index = Int32(bitPattern: index)
    var request = NetlinkRequest(RTM_SETLINK, subject: "\(to)", header: header)
    request.attribute(IFLA_IFNAME, text: to.rawValue)
    return request
  }

  /// Moves a link to another namespace and renames it. The index identifies the link because `IFLA_IFNAME` holds the
  /// new name.
  static func moveLink(index: UInt32, _ old: InterfaceName, as new: InterfaceName, namespace: Int32) -> NetlinkRequest {
    var header = linkHeader(isUp: nil)
    header.ifi_index = Int32(bitPattern: index)
    var request = NetlinkRequest(RTM_SETLINK, subject: "\(old)", header: header)
    request.attribute(IFLA_IFNAME, text: new.rawValue)
    request.attribute(IFLA_NET_NS_FD, UInt32(bitPattern: namespace))
    return request
  }

  /// Changes the flags of a bridge port.
  static func setBridgePort(_ name: InterfaceName, _ flags: BridgePortFlags) -> NetlinkRequest {
    // Without NLM_F_CREATE this changes the existing link.
    var request = NetlinkRequest(RTM_NEWLINK, subject: "\(name)", header: linkHeader(isUp: nil))
    request.attribute(IFLA_IFNAME, text: name.rawValue)
    request.nest(IFLA_LINKINFO) { info in
      info.attribute(IFLA_INFO_SLAVE_KIND, text: "bridge")
      info.nest(IFLA_INFO_SLAVE_DATA) { port in
        if let hairpin = flags.hairpin { port.attribute(IFLA_BRPORT_MODE, UInt8(hairpin ? 1 : 0)) }
        if let isolated = flags.isolated {
          port.attribute(IFLA_BRPORT_ISOLATED, UInt8(isolated ? 1 : 0))
        }
        if let learning = flags.learning {
          port.attribute(IFLA_BRPORT_LEARNING, UInt8(learning ? 1 : 0))
        }
      }
    }
    return request
  }

  static func deleteLink(_ name: InterfaceName) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_DELLINK, subject: "\(name)", header: linkHeader(isUp: nil))
    request.attribute(IFLA_IFNAME, text: name.rawValue)
    return request
  }

  static func getLink(_ name: InterfaceName) -> NetlinkRequest {
    var request = NetlinkRequest(RTM_GETLINK, subject: "\(name)", header: linkHeader(isUp: nil))
    request.attribute(IFLA_IFNAME, text: name.rawValue)
    return request
  }

  static func getLink(index: UInt32) -> NetlinkRequest {
    var header = linkHeader(isUp: nil)
    header.ifi_index = Int32(bitPattern: index)
    return NetlinkRequest(RTM_GETLINK, subject: "link \(index)", header: header)
  }

  static var listLinks: NetlinkRequest {
    NetlinkRequest(RTM_GETLINK, subject: "links", header: linkHeader(isUp: nil))
  }

  private static func linkHeader(isUp: Bool?) -> ifinfomsg {
    let up = UInt32(IFF_UP)
    var header = ifinfomsg()
    header.ifi_family = UInt8(AF_UNSPEC)
    if let isUp {
      header.ifi_flags = isUp ? up : 0
      header.ifi_change = up
    }
    return header
  }
}
