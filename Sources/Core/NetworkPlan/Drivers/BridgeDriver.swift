public import Addressing
public import EngineModel
import Nftables

/// The bridge driver: what shall exist on the host for a bridge network and for each endpoint on it.
public enum BridgeDriver {
  /// How many links a bridge can have: the kernel numbers its ports with ten bits, from 1 (`BR_MAX_PORTS`).
  public static let maximumPorts = 1023

  /// The bridge of the network `bridge`, where Docker has `docker0`: both engines can live on one host.
  public static let defaultBridgeName = InterfaceName.constant("causeway0")

  /// Every bridge that nobody has given a name begins so.
  static let namePrefix = "cw-"

  public static func bridgeName(for id: NetworkID) -> InterfaceName {
    .constant("\(namePrefix)\(id.short)")
  }

  /// The bridge itself, its addresses, and its places in the firewall's sets. A bridge that was there before is brought
  /// up and otherwise left as it is.
  public static func network(_ network: Network) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(network)
    let key = LinkKey(.host, options.bridgeName)
    var state = KernelState()
    if network.adopted == nil {
      state.links[key] = Link(
        kind: .bridge, mac: .locallyAdministered(from: network.id.bits), mtu: options.mtu,
        hasLinkLocal: network.enableIPv6,
        alias: "\(Link.aliasPrefix)network:\(network.id)")
    } else {
      state.links[key] = Link(kind: .adopted)
    }
    if !options.healsItself { state.unattended.insert(key) }
    let name = "\"\(options.bridgeName)\""
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    if options.isICCEnabled {
      state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.own))
    }
    if network.isInternal {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.internalOnly))
    }
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      for sysctl in settings(of: network, family, key) { state.sysctls[sysctl.key] = sysctl.value }
      let isWithout = options.gatewayMode(family) == .isolated || family == .ipv4 && options.inhibitsIPv4
      if !isWithout { addGateways(network, family, key, &state) }
      if !network.isInternal { addWaysOut(options, family, &state) }
    }
    return state
  }

  /// What the engine changed of a bridge that is not its own, as it was before: to be set when the network goes.
  /// Empty for a bridge of ours, which goes with all its settings.
  public static func settingsToLeave(_ network: Network) throws(EngineError) -> KernelState {
    var state = KernelState()
    guard network.adopted != nil else { return state }
    let key = LinkKey(.host, try BridgeOptions(network).bridgeName)
    if network.enableIPv4 { state.sysctls[Sysctl(.host, "net/ipv4/conf/\(key.name)/route_localnet")] = "0" }
    return state
  }

  private static func settings(of network: Network, _ family: AddressFamily, _ key: LinkKey) -> [Sysctl: String] {
    switch family {
    case .ipv4: [Sysctl(.host, "net/ipv4/conf/\(key.name)/route_localnet"): "1"]
    // Our bridge is the router there; it must not listen to one. One that is somebody else's may have a router on it.
    case .ipv6: network.adopted == nil ? [Sysctl(.host, "net/ipv6/conf/\(key.name)/accept_ra"): "0"] : [:]
    }
  }

  private static func addGateways(
    _ network: Network, _ family: AddressFamily, _ key: LinkKey, _ state: inout KernelState
  ) {
    for pool in network.ipam.pools {
      guard let subnet = pool.subnet, subnet.family == family, let gateway = pool.gateway,
        let address = InterfaceAddress(gateway, in: subnet), !(network.adopted?.addresses.contains(address) ?? false)
      else { continue }
      state.addresses.insert(AssignedAddress(key, address))
    }
  }

  private static func addWaysOut(_ options: BridgeOptions, _ family: AddressFamily, _ state: inout KernelState) {
    let name = "\"\(options.bridgeName)\""
    let mode = options.gatewayMode(family)
    let protocolName = family == .ipv4 ? "ipv4" : "ipv6"
    if options.masquerades, mode.translates {
      let source = family == .ipv4 ? options.source4.map(IPAddress.v4) : options.source6.map(IPAddress.v6)
      if let source {
        state.addElement(
          Element(name, value: "\(source)"),
          to: HostFirewall.set(family == .ipv4 ? HostFirewall.sourceOf4 : HostFirewall.sourceOf6))
      } else {
        state.addElement(
          Element(name),
          to: HostFirewall.set(family == .ipv4 ? HostFirewall.masquerade4 : HostFirewall.masquerade6))
      }
    }
    if mode == .natUnprotected {
      state.addElement(Element([protocolName, name]), to: HostFirewall.set(HostFirewall.unprotected))
    }
    if mode == .routed {
      state.addElement(Element([protocolName, name]), to: HostFirewall.set(HostFirewall.routed))
    }
  }

  /// The link pair between a sandbox and the bridge, and the endpoint's proofs of identity. What the sandbox holds of
  /// addresses and routes is common to all drivers that give an address, and is added by ``SandboxIntent``.
  static func endpoint(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(intent.network)
    let endpoint = intent.endpoint
    let near = LinkKey(.host, EndpointLink.name(for: endpoint.id))
    let far = LinkKey(sandbox, intent.interface)
    let size = intent.mtu ?? options.mtu
    var state = KernelState()
    state.links[near] = Link(
      kind: .veth(peer: far), mtu: size, controller: intent.bridge(options),
      // A frame may go back through the port it came from only where a container reaches its own published port.
      port: Link.BridgePort(hairpin: publishes), hasLinkLocal: false,
      alias: "\(Link.aliasPrefix)endpoint:\(endpoint.id)")
    state.links[far] = Link(kind: .vethPeer, mac: endpoint.mac, mtu: size)
    if !options.healsItself { state.unattended.formUnion([near, far]) }

    let port = "\"\(near.name)\""
    if !options.isICCEnabled { state.addElement(Element(port), to: HostFirewall.set(HostFirewall.quiet)) }
    guard options.preventsForgery else {
      state.addElement(Element(port), to: HostFirewall.set(HostFirewall.trusted))
      return state
    }
    if let mac = endpoint.mac {
      state.addElement(Element([port, "\(mac)"]), to: HostFirewall.set(HostFirewall.hardware))
      state.addElement(Element([port, "\(mac.linkLocal)"]), to: HostFirewall.set(HostFirewall.sources6))
      state.addElement(HostFirewall.target6(port, mac.linkLocal), to: HostFirewall.set(HostFirewall.targets6))
    }
    if let address = endpoint.ipv4?.address {
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(HostFirewall.sources4))
    }
    let six = [endpoint.ipv6?.address].compactMap(\.self)
    for address in six + endpoint.settings.linkLocalAddresses {
      let set = address.family == .ipv4 ? HostFirewall.sources4 : HostFirewall.sources6
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(set))
      if let six = address.v6 {
        state.addElement(HostFirewall.target6(port, six), to: HostFirewall.set(HostFirewall.targets6))
      }
    }
    return state
  }
}

extension EndpointIntent {
  /// The bridge that it stands on.
  fileprivate func bridge(_ options: BridgeOptions) -> InterfaceName {
    guard let member = endpoint.member, member > 0 else { return options.bridgeName }
    return BridgeMember(network, number: member).bridge
  }
}

/// The host's end of an endpoint's link pair.
public enum EndpointLink {
  /// Every such link's name begins so; the firewall knows our ports by it.
  public static let prefix = "cwe"

  public static func name(for id: EndpointID) -> InterfaceName { .constant(prefix + id.short) }
}
