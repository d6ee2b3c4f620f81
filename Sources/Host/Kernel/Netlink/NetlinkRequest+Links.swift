import Addressing
import CLinux
import CNetlink
import Glibc

/// A property of a bridge's port, where it is to change.
struct BridgePortFlags: Hashable, Sendable {
  var hairpin: Bool?
  var isolated: Bool?
  var learning: Bool?
}

/// What `setLink` changes; `nil` leaves a property alone.
struct LinkSettings: Hashable, Sendable {
  enum Controller: Hashable, Sendable {
    case none
    case index(UInt32)
  }

  var newName: InterfaceName?
  var mac: MACAddress?
  var mtu: UInt32?
  var isUp: Bool?
  var controller: Controller?
  /// Empty takes it away.
  var alias: String?
  /// Descriptor of the namespace to move to.
  var namespace: Int32?

  var isEmpty: Bool { self == LinkSettings() }
}

extension NetlinkRequest {
  /// Makes a link.
  ///
  /// - Parameters:
  ///   - parent: `IFLA_LINK`, for kinds that stand on another link.
  ///   - namespace: descriptor of the namespace in which it shall appear; `nil`: the socket's own.
  ///   - data: fills `IFLA_INFO_DATA`; `nil` for kinds without.
  static func createLink(
    _ name: InterfaceName, kind: String, mac: MACAddress? = nil, mtu: UInt32? = nil,
    parent: UInt32? = nil, namespace: Int32? = nil, data: ((inout NetlinkRequest) -> Void)? = nil
  ) -> NetlinkRequest {
    var request = NetlinkRequest(
      RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, subject: "\(name)",
      header: linkHeader(isUp: nil))
    request.linkProperties(name, mac: mac, mtu: mtu, namespace: namespace)
    if let parent { request.attribute(IFLA_LINK, parent) }
    request.nest(IFLA_LINKINFO) { info in
      info.attribute(IFLA_INFO_KIND, text: kind)
      if let data { info.nest(IFLA_INFO_DATA) { data(&$0) } }
    }
    return request
  }

  /// Makes both ends of a pair in one message, the peer with its final name and address in its final namespace.
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

  /// Changes a link. One message; the kernel stops at the first property it refuses and keeps those before.
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

  /// Whether the kernel gives a link a link-local address when it comes up. Refused with `EAFNOSUPPORT` for a link that
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

  /// Gives a link another name. The kernel wants the link's index for that.
  static func renameLink(index: UInt32, from: InterfaceName, to: InterfaceName) -> NetlinkRequest {
    var header = linkHeader(isUp: nil)
    header.ifi_index = Int32(bitPattern: index)
    var request = NetlinkRequest(RTM_SETLINK, subject: "\(from)", header: header)
    request.attribute(IFLA_IFNAME, text: to.rawValue)
    return request
  }

  /// Moves a link into another namespace under another name. By its index: the name is the new one.
  static func moveLink(index: UInt32, _ old: InterfaceName, as new: InterfaceName, namespace: Int32) -> NetlinkRequest {
    var header = linkHeader(isUp: nil)
    header.ifi_index = Int32(bitPattern: index)
    var request = NetlinkRequest(RTM_SETLINK, subject: "\(old)", header: header)
    request.attribute(IFLA_IFNAME, text: new.rawValue)
    request.attribute(IFLA_NET_NS_FD, UInt32(bitPattern: namespace))
    return request
  }

  /// Changes what the bridge does with a link that is a port of one.
  static func setBridgePort(_ name: InterfaceName, _ flags: BridgePortFlags) -> NetlinkRequest {
    // Without NLM_F_CREATE this changes the link of that name.
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
