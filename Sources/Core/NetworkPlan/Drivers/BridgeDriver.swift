package import Addressing
package import EngineModel
import Nftables

/// The driver `bridge`: a bridge on this host, which is the network's router.
package struct BridgeDriver: NetworkDriverBehavior {
  package let driver = NetworkDriver.bridge

  /// The kernel numbers the ports of a bridge from 1 with ten bits (`BR_MAX_PORTS`).
  package static let maximumPorts = 1023

  /// The bridge of the network `bridge`. Docker's is `docker0`, so that both engines can run on one host.
  package static let defaultBridgeName = InterfaceName.constant("causeway0")

  /// The beginning of every bridge name that the engine chooses.
  static let namePrefix = "cw-"

  package init() {}

  package static func bridgeName(for id: NetworkID) -> InterfaceName {
    .constant("\(namePrefix)\(id.short)")
  }

  package var isRoutedByHost: Bool { true }
  package var segment: NetworkSegment { .bridge }

  package func checkOptions(of network: Network) throws(EngineError) { _ = try BridgeOptions(network) }
  package var optionKeys: Set<String>? { BridgeOptions.keys }

  package func hostLink(of network: Network) throws(EngineError) -> HostLinkUse? {
    let options = try BridgeOptions(network)
    return (network.options[BridgeOptions.nameKey] ?? "").isEmpty ? nil : .bridge(options.bridgeName)
  }

  /// A network without external connectivity needs no gateway.
  package func reservesGateway(_ family: AddressFamily, on network: Network) -> Bool {
    guard let options = try? BridgeOptions(network) else { return true }
    return options.gatewayMode(family) != .isolated
      && !(family == .ipv4 && options.inhibitsIPv4 && network.isInternal)
  }

  package var honorsAuxiliaryGateway: Bool { true }
  package var hasMemberBridges: Bool { true }

  package func interfacePrefix(on network: Network) throws(EngineError) -> String {
    try BridgeOptions(network).containerInterfacePrefix
  }

  package func bridge(of network: Network) -> InterfaceName? { (try? BridgeOptions(network))?.bridgeName }
  package func publicationOptions(of network: Network) -> BridgeOptions? { try? BridgeOptions(network) }

  // MARK: The network

  /// The bridge, its addresses, and its elements in the firewall's sets. An adopted bridge is set up and otherwise left
  /// unchanged.
  package func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(network)
    let bridge = LinkKey(.host, options.bridgeName)
    var state = KernelState()
    if network.adopted == nil {
      state.links[bridge] = Link(
        kind: .bridge, mac: .locallyAdministered(from: network.id.bits), mtu: options.mtu,
        hasLinkLocal: network.enableIPv6,
        alias: "\(Link.aliasPrefix)network:\(network.id)")
    } else {
      state.links[bridge] = Link(kind: .adopted)
    }
    if !options.healsItself { state.unattended.insert(bridge) }
    let name = "\"\(options.bridgeName)\""
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    if options.isICCEnabled {
      state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.sameNetwork))
    }
    if network.isInternal {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.internalBridges))
    }
    for family in AddressFamily.allCases where family == .ipv4 ? network.enableIPv4 : network.enableIPv6 {
      for sysctl in Self.settings(of: network, family, bridge) { state.sysctls[sysctl.key] = sysctl.value }
      let hasGateway = options.gatewayMode(family) != .isolated && !(family == .ipv4 && options.inhibitsIPv4)
      if hasGateway { Self.addGateways(network, family, bridge, &state) }
      if !network.isInternal { Self.addExternalConnectivity(options, family, &state) }
    }
    return state
  }

  /// A bridge that the engine created is deleted with all its settings.
  package func stateToRestore(for network: Network) throws(EngineError) -> KernelState {
    var state = KernelState()
    guard network.adopted != nil else { return state }
    let bridge = try BridgeOptions(network).bridgeName
    if network.enableIPv4 { state.sysctls[Sysctl(.host, "net/ipv4/conf/\(bridge)/route_localnet")] = "0" }
    return state
  }

  private static func settings(of network: Network, _ family: AddressFamily, _ bridge: LinkKey) -> [Sysctl: String] {
    switch family {
    case .ipv4: [Sysctl(.host, "net/ipv4/conf/\(bridge.name)/route_localnet"): "1"]
    // This host is the router on a bridge of ours and ignores other routers. An adopted bridge may have a router.
    case .ipv6: network.adopted == nil ? [Sysctl(.host, "net/ipv6/conf/\(bridge.name)/accept_ra"): "0"] : [:]
    }
  }

  private static func addGateways(
    _ network: Network, _ family: AddressFamily, _ bridge: LinkKey, _ state: inout KernelState
  ) {
    for pool in network.ipam.pools {
      guard let subnet = pool.subnet, subnet.family == family, let gateway = pool.gateway,
        let address = InterfaceAddress(gateway, in: subnet)
      else { continue }
      state.addElement(
        HostFirewall.element(subnet),
        to: HostFirewall.set(family == .ipv4 ? HostFirewall.containerSubnets4 : HostFirewall.containerSubnets6))
      guard network.adopted?.addresses.contains(address) != true else { continue }
      state.addresses.insert(AssignedAddress(bridge, address))
    }
  }

  private static func addExternalConnectivity(
    _ options: BridgeOptions, _ family: AddressFamily, _ state: inout KernelState
  ) {
    let name = "\"\(options.bridgeName)\""
    let mode = options.gatewayMode(family)
    let protocolName = family == .ipv4 ? "ipv4" : "ipv6"
    if options.masquerades, mode.translates {
      let source = family == .ipv4 ? options.source4.map(IPAddress.v4) : options.source6.map(IPAddress.v6)
      if let source {
        state.addElement(
          Element(name, value: "\(source)"),
          to: HostFirewall.set(family == .ipv4 ? HostFirewall.snat4 : HostFirewall.snat6))
      } else {
        state.addElement(
          Element(name),
          to: HostFirewall.set(family == .ipv4 ? HostFirewall.masquerade4 : HostFirewall.masquerade6))
      }
    }
    if mode == .natUnprotected {
      state.addElement(Element([protocolName, name]), to: HostFirewall.set(HostFirewall.unprotectedBridges))
    }
    if mode == .routed {
      state.addElement(Element([protocolName, name]), to: HostFirewall.set(HostFirewall.routedBridges))
    }
  }

  // MARK: Endpoints

  package func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    try Self.endpointState(intent, in: sandbox, publishes: publishes)
  }

  /// The veth pair between a sandbox and the bridge, with the elements that prove the sender of a frame. Overlay networks
  /// have the same.
  static func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(intent.network)
    let endpoint = intent.endpoint
    let near = LinkKey(.host, EndpointLink.name(for: endpoint.id))
    let far = LinkKey(sandbox, intent.interface)
    let mtu = intent.mtu ?? options.mtu
    var state = KernelState()
    state.links[near] = Link(
      kind: .veth(peer: far), mtu: mtu, controller: intent.bridge(options),
      // A container that reaches its own published port gets its frames back through the port that they came from.
      port: Link.BridgePort(hairpin: publishes), hasLinkLocal: false,
      alias: "\(Link.aliasPrefix)endpoint:\(endpoint.id)")
    state.links[far] = Link(kind: .vethPeer, mac: endpoint.mac, mtu: mtu)
    if !options.healsItself { state.unattended.formUnion([near, far]) }
    addPortElements(endpoint, options, port: "\"\(near.name)\"", &state)
    return state
  }

  private static func addPortElements(
    _ endpoint: Endpoint, _ options: BridgeOptions, port: String, _ state: inout KernelState
  ) {
    if !options.isICCEnabled { state.addElement(Element(port), to: HostFirewall.set(HostFirewall.withoutICC)) }
    guard options.preventsForgery else {
      state.addElement(Element(port), to: HostFirewall.set(HostFirewall.uncheckedPorts))
      return
    }
    if let mac = endpoint.mac {
      state.addElement(Element([port, "\(mac)"]), to: HostFirewall.set(HostFirewall.portMACs))
      state.addElement(Element([port, "\(mac.linkLocal)"]), to: HostFirewall.set(HostFirewall.portAddresses6))
      state.addElement(HostFirewall.portTarget6(port, mac.linkLocal), to: HostFirewall.set(HostFirewall.portTargets6))
    }
    if let address = endpoint.ipv4?.address {
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(HostFirewall.portAddresses4))
    }
    let ipv6 = [endpoint.ipv6?.address].compactMap(\.self)
    for address in ipv6 + endpoint.settings.linkLocalAddresses {
      let set = address.family == .ipv4 ? HostFirewall.portAddresses4 : HostFirewall.portAddresses6
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(set))
      if let ipv6 = address.v6 {
        state.addElement(HostFirewall.portTarget6(port, ipv6), to: HostFirewall.set(HostFirewall.portTargets6))
      }
    }
  }
}

extension EndpointIntent {
  /// The bridge that the endpoint's link is a port of.
  fileprivate func bridge(_ options: BridgeOptions) -> InterfaceName {
    guard let member = endpoint.bridgeMember, member > 0 else { return options.bridgeName }
    return BridgeMember(network, number: member).bridge
  }
}

/// The host's end of an endpoint's veth pair.
package enum EndpointLink {
  /// The firewall recognises our bridge ports by this prefix.
  package static let prefix = "cwe"

  package static func name(for id: EndpointID) -> InterfaceName { .constant(prefix + id.short) }
}
