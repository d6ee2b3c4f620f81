import Addressing
import CNetlink
import Glibc
import NetworkPlan

extension PlanExecution {
  /// Creates a link with all its properties. When the kernel refuses one of them, the link is deleted again.
  mutating func createLink(_ key: LinkKey, _ link: Link, _ peer: Link?) throws {
    do {
      try create(key, link, peer)
    } catch let error as SystemCallError where error.errno == EOPNOTSUPP {
      guard let kind = link.kind.netlinkName, try !host.netlink.knows(kind: kind) else { throw error }
      throw HostNetwork.missing(kind)
    }
  }

  private mutating func create(_ key: LinkKey, _ link: Link, _ peer: Link?) throws {
    var peerPlace: LinkKey?
    switch link.kind {
    case .veth(let far):
      peerPlace = far
      let namespace = try handles(far.namespace)
      try handles(key.namespace).netlink.perform(
        .createPair(
          key.name, mac: link.mac, mtu: link.mtu, peer: far.name, peerMAC: peer?.mac,
          peerMTU: peer?.mtu,
          peerNamespace: far.namespace == key.namespace ? nil : try namespace.descriptorForPeer())
      )
    case .borrowed(let former): return try moveIntoSandbox(former, as: key, link)
    case .macvlan, .ipvlan, .vlan:
      try createChild(key, link)
    default:
      try handles(key.namespace).netlink.perform(try standaloneRequest(key, link))
    }
    do {
      try setRemainingProperties(key, link)
      if let peerPlace {
        // A veth cannot be set up before both ends exist.
        var settings = LinkSettings(alias: peer?.alias)
        if peer?.isUp ?? true { settings.isUp = true }
        if let controller = peer?.controller {
          settings.controller = .index(try handles(peerPlace.namespace).index(controller))
        }
        if !settings.isEmpty {
          try handles(peerPlace.namespace).netlink.perform(.setLink(peerPlace.name, settings))
        }
      }
    } catch {
      try? handles(key.namespace).netlink.perform(.deleteLink(key.name))
      throw error
    }
  }

  /// Sets what a creation request cannot carry: alias, bridge, bridge port flags; finally sets the link up.
  private mutating func setRemainingProperties(_ key: LinkKey, _ link: Link) throws {
    let handles = try handles(key.namespace)
    var first = LinkSettings(alias: link.alias)
    if link.kind == .bridge { first.mtu = link.mtu }
    if let controller = link.controller { first.controller = .index(try handles.index(controller)) }
    var requests: [NetlinkRequest] = []
    if !first.isEmpty { requests.append(.setLink(key.name, first)) }
    if let port = link.port {
      requests.append(
        .setBridgePort(key.name, BridgePortFlags(hairpin: port.hairpin, isolated: port.isolated)))
    }
    try handles.netlink.performAll(requests)
    if let hasLinkLocal = link.hasLinkLocal { try handles.setLinkLocal(key.name, hasLinkLocal) }
    if link.isUp { try handles.netlink.perform(.setLink(key.name, LinkSettings(isUp: true))) }
  }

  private func standaloneRequest(_ key: LinkKey, _ link: Link) throws -> NetlinkRequest {
    let name = key.name
    switch link.kind {
    // A bridge keeps its MTU when ports come and go only if the MTU was set after its creation.
    case .bridge: return .createLink(name, kind: "bridge", mac: link.mac)
    case .dummy: return .createLink(name, kind: "dummy", mac: link.mac, mtu: link.mtu)
    case .vxlan(let id, let local, let port):
      return .createLink(name, kind: "vxlan", mac: link.mac, mtu: link.mtu) { data in
        data.attribute(IFLA_VXLAN_ID, id)
        data.attribute(IFLA_VXLAN_PORT, port.bigEndian)
        // The engine writes the FDB entries, so the link must not learn them from frames.
        data.attribute(IFLA_VXLAN_LEARNING, UInt8(0))
        if let local {
          data.attribute(
            Int(local.family == .ipv4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6), bytes: local.octets)
        }
      }
    default:
      throw SystemCallError(
        errno: EOPNOTSUPP, call: "RTM_NEWLINK", subject: "\(name)",
        kernelMessage: "this kind of link cannot be created alone")
    }
  }

  /// Creates a link on top of a parent. The parent is a host link, so the request goes to the host's namespace and names
  /// the namespace in which the link appears.
  ///
  /// Kernels before 6.15 refuse a new link when its name exists in the namespace of the request, and hosts often have an
  /// `eth0`. The link therefore gets a name that no other link has, and its own name inside its namespace. The peer of a
  /// veth needs no such detour: `veth_newlink` looks its name up in the peer's namespace.
  private mutating func createChild(_ key: LinkKey, _ link: Link) throws {
    let inside = try handles(key.namespace)
    guard let namespace = inside.descriptor else {
      return try host.netlink.perform(try childRequest(key, link, name: key.name, namespace: nil))
    }
    let temporary = try Self.temporaryName()
    try host.netlink.perform(try childRequest(key, link, name: temporary, namespace: namespace))
    do {
      try inside.netlink.perform(.renameLink(index: try inside.index(temporary), from: temporary, to: key.name))
    } catch {
      try? inside.netlink.perform(.deleteLink(temporary))
      throw error
    }
  }

  private static func temporaryName() throws -> InterfaceName {
    let text = "cwtmp" + String(UInt32.random(in: .min ... .max), radix: 16)
    guard let name = InterfaceName(text) else {
      throw SystemCallError(errno: EINVAL, call: "RTM_NEWLINK", subject: text)
    }
    return name
  }

  private func childRequest(
    _ key: LinkKey, _ link: Link, name: InterfaceName, namespace: Int32?
  ) throws -> NetlinkRequest {
    let (kind, parent, data): (String, InterfaceName, (inout NetlinkRequest) -> Void)
    switch link.kind {
    case .macvlan(let on, let mode):
      let number: UInt32 = try Self.number(
        mode, LinkModes.macvlan, key)
      (kind, parent, data) = ("macvlan", on, { $0.attribute(IFLA_MACVLAN_MODE, number) })
    case .ipvlan(let on, let mode, let flag):
      let number: UInt16 = try Self.number(mode, LinkModes.ipvlan, key)
      let flags: UInt16 = try Self.number(
        flag, ["": 0, "bridge": 0, "private": 1, "vepa": 2], key)
      (kind, parent, data) = (
        "ipvlan", on,
        {
          $0.attribute(IFLA_IPVLAN_MODE, number)
          $0.attribute(IFLA_IPVLAN_FLAGS, flags)
        }
      )
    case .vlan(let on, let id):
      (kind, parent, data) = ("vlan", on, { $0.attribute(IFLA_VLAN_ID, id) })
    default:
      preconditionFailure("the kind has no parent")
    }
    return .createLink(
      name, kind: kind, mac: link.mac, mtu: link.mtu, parent: try host.index(parent), namespace: namespace,
      subject: "\(key.name)", data: data)
  }

  private static func number<Value>(_ name: String, _ known: [String: Value], _ key: LinkKey)
    throws -> Value
  {
    guard let value = known[name] else {
      throw SystemCallError(
        errno: EINVAL, call: "RTM_NEWLINK", subject: "\(key.name)",
        kernelMessage: "unknown mode or flag \(name)")
    }
    return value
  }

  /// Changes the properties that differ. When one is refused, the earlier ones are reverted.
  mutating func setLink(_ key: LinkKey, from: Link, to: Link) throws {
    do {
      try change(key, from: from, to: to)
    } catch {
      try? change(key, from: to, to: from)
      throw error
    }
  }

  private mutating func change(_ key: LinkKey, from: Link, to: Link) throws {
    let handles = try handles(key.namespace)
    var settings = LinkSettings()
    if let mac = to.mac, mac != from.mac { settings.mac = mac }
    if let mtu = to.mtu, mtu != from.mtu { settings.mtu = mtu }
    if to.controller != from.controller {
      settings.controller =
        if let name = to.controller { .index(try handles.index(name)) } else {
          LinkSettings.Controller.none
        }
    }
    if let alias = to.alias, alias != from.alias { settings.alias = alias }
    var requests: [NetlinkRequest] = []
    if from.isUp, !to.isUp { settings.isUp = false }
    if !settings.isEmpty { requests.append(.setLink(key.name, settings)) }
    // A link that joins a bridge starts with the bridge's default port flags.
    let former = to.controller == from.controller ? from.port : nil
    if let port = to.port, port != former {
      requests.append(
        .setBridgePort(key.name, BridgePortFlags(hairpin: port.hairpin, isolated: port.isolated)))
    }
    if to.isUp, !from.isUp { requests.append(.setLink(key.name, LinkSettings(isUp: true))) }
    if let hasLinkLocal = to.hasLinkLocal, hasLinkLocal != from.hasLinkLocal {
      try handles.setLinkLocal(key.name, hasLinkLocal)
    }
    try handles.netlink.performAll(requests)
  }
}

extension Link.Kind {
  /// The kernel's name for a kind that may be missing from a kernel build.
  fileprivate var netlinkName: String? {
    switch self {
    case .macvlan: "macvlan"
    case .ipvlan: "ipvlan"
    case .vlan: "vlan"
    case .dummy: "dummy"
    case .vxlan: "vxlan"
    default: nil
    }
  }
}

extension NetlinkSocket {
  /// Sends all requests at once and throws the first error. The kernel still tries the later requests.
  func performAll(_ requests: [NetlinkRequest]) throws(SystemCallError) {
    if let error = try perform(requests).lazy.compactMap(\.self).first { throw error }
  }
}

extension NamespaceHandles {
  /// A link without IPv6 never has a link-local address.
  fileprivate func setLinkLocal(_ name: InterfaceName, _ isMade: Bool) throws(SystemCallError) {
    do throws(SystemCallError) {
      try netlink.perform(.setLinkLocal(name, isMade))
    } catch {
      guard [EAFNOSUPPORT, EOPNOTSUPP].contains(error.errno) else { throw error }
    }
  }

  /// The namespace for the far end of a pair that is created from another namespace.
  fileprivate func descriptorForPeer() throws(SystemCallError) -> Int32 {
    if let descriptor { return descriptor }
    throw SystemCallError(
      errno: EOPNOTSUPP, call: "RTM_NEWLINK",
      kernelMessage: "a link pair is created from the host")
  }
}
