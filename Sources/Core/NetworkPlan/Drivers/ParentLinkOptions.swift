package import Addressing
package import EngineModel

/// The parsed options of a macvlan or ipvlan network.
package struct ParentLinkOptions: Sendable, Hashable {
  /// A VLAN link: `eth0.50` carries the frames of `eth0` that have the tag 50 (IEEE 802.1Q).
  package struct Tagged: Sendable, Hashable {
    package let base: InterfaceName
    package let id: UInt16
  }

  /// The parent link; `nil` for a segment without external connectivity.
  package let parent: InterfaceName?
  /// `bridge`, `private`, `vepa` or `passthru`; for ipvlan `l2`, `l3` or `l3s`.
  package let mode: String
  /// For ipvlan: `bridge`, `private` or `vepa`.
  package let flag: String
  /// Whether the kernel delivers no frames between containers on the same parent.
  package let isolatesContainers: Bool
  package let mtu: UInt32?

  static let parentKey = "parent"
  static let macvlanModeKey = "macvlan_mode"
  static let ipvlanModeKey = "ipvlan_mode"
  static let ipvlanFlagKey = "ipvlan_flag"

  static func keys(of kind: ParentLinkDriver.Kind) -> Set<String> {
    let modes: Set<String> =
      switch kind {
      case .macvlan: [macvlanModeKey]
      case .ipvlan: [ipvlanModeKey, ipvlanFlagKey]
      }
    return modes.union([parentKey, BridgeOptions.mtuKey])
  }

  /// - Throws: `invalidParameter` in dockerd's words.
  package init(_ network: Network) throws(EngineError) {
    let driver = network.driver
    let reader = OptionReader(network.options)
    let text = network.options[Self.parentKey] ?? ""
    parent = InterfaceName(text)
    guard text.isEmpty || parent != nil else {
      throw EngineError(.invalidParameter, "invalid interface name \"\(text)\" for option \(Self.parentKey)")
    }
    guard text != "lo" else {
      throw EngineError(.invalidParameter, "loopback interface is not a valid \(driver) parent link")
    }
    mtu = try reader.mtu(atLeast: network.minimumMTU)
    if driver == .macvlan {
      mode = try reader.choice(Self.macvlanModeKey, ["bridge", "private", "vepa", "passthru"]) {
        "requested macvlan mode '\($0)' is not valid, 'bridge' mode is the macvlan driver default"
      }
      flag = ""
      isolatesContainers = mode != "bridge"
    } else {
      mode = try reader.choice(Self.ipvlanModeKey, ["l2", "l3", "l3s"]) {
        "requested ipvlan mode '\($0)' is not valid, 'l2' mode is the ipvlan driver default"
      }
      flag = try reader.choice(Self.ipvlanFlagKey, ["bridge", "private", "vepa"]) {
        "requested ipvlan flag '\($0)' is not valid, 'bridge' is the ipvlan driver default"
      }
      isolatesContainers = false
    }
  }

  /// Whether the kernel of this host routes the containers' packets, so that they are not on the parent's segment.
  package var routes: Bool { mode == "l3" || mode == "l3s" }

  /// Whether only one network can use the parent.
  package var isExclusive: Bool { mode == "passthru" }

  /// The parent as a VLAN link that the engine can create.
  ///
  /// - Throws: `invalidParameter` in dockerd's words if its name is not that of a VLAN link.
  package func tagged() throws(EngineError) -> Tagged? {
    guard let parent else { return nil }
    let parts = parent.rawValue.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else {
      throw EngineError(
        .invalidParameter, "invalid subinterface vlan name \(parent), example formatting is eth0.10")
    }
    guard parts.count == 2, let base = InterfaceName(parts[0]) else {
      throw EngineError(
        .invalidParameter,
        "required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received \(parent)")
    }
    guard let id = Int(parts[1]) else {
      throw EngineError(
        .invalidParameter, "unable to parse a valid vlan id from: \(parts[1]) (ex. eth0.10 for vlan 10)")
    }
    guard (1...4094).contains(id) else {
      throw EngineError(.invalidParameter, "vlan id must be between 1-4094, received: \(id)")
    }
    return Tagged(base: base, id: UInt16(id))
  }
}
