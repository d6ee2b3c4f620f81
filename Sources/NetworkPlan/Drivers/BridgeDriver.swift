public import Addressing
public import EngineModel
import Nftables

/// The bridge driver: what shall exist on the host for a bridge network and for each endpoint on it.
public enum BridgeDriver {
  /// The bridge of the network `bridge`, where Docker has `docker0`: both engines can live on one host.
  public static let defaultBridgeName = InterfaceName.constant("causeway0")

  public static func bridgeName(for id: NetworkID) -> InterfaceName {
    .constant("cw-\(id.short)")
  }

  /// The bridge itself, its addresses, and its places in the firewall's sets.
  public static func network(_ network: Network) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(network)
    let bridge = options.bridgeName
    let place = LinkPlace(.host, bridge)
    var state = KernelState()
    state.links[place] = Link(
      kind: .bridge, mac: .locallyAdministered(from: network.id.bits), mtu: options.mtu,
      alias: "\(Link.aliasPrefix)network:\(network.id)")

    let name = "\"\(bridge)\""
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    if options.allowsContainersToTalk {
      state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.own))
    }
    if network.isInternal {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.internalOnly))
    }
    if network.enableIPv4 { addIPv4(network, options, place, &state) }
    if network.enableIPv6 { addIPv6(network, options, place, &state) }
    return state
  }

  private static func addIPv4(
    _ network: Network, _ options: BridgeOptions, _ place: LinkPlace, _ state: inout KernelState
  ) {
    let name = "\"\(place.name)\""
    state.sysctls[Sysctl(.host, "net/ipv4/conf/\(place.name)/route_localnet")] = "1"
    if options.gatewayMode4 != .isolated, !options.inhibitsIPv4 {
      addGateways(network, .ipv4, place, &state)
    }
    guard !network.isInternal else { return }
    if options.masquerades, options.gatewayMode4 == .nat || options.gatewayMode4 == .natUnprotected {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.masquerade4))
    }
    if options.gatewayMode4 == .natUnprotected {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.unprotected))
    }
  }

  private static func addIPv6(
    _ network: Network, _ options: BridgeOptions, _ place: LinkPlace, _ state: inout KernelState
  ) {
    let name = "\"\(place.name)\""
    // The bridge is the router here; it must not listen to one.
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(place.name)/accept_ra")] = "0"
    if options.gatewayMode6 != .isolated { addGateways(network, .ipv6, place, &state) }
    guard !network.isInternal else { return }
    if options.masquerades, options.gatewayMode6 == .nat || options.gatewayMode6 == .natUnprotected {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.masquerade6))
    }
    if options.gatewayMode6 == .natUnprotected {
      state.addElement(Element(name), to: HostFirewall.set(HostFirewall.unprotected))
    }
  }

  private static func addGateways(
    _ network: Network, _ family: AddressFamily, _ place: LinkPlace, _ state: inout KernelState
  ) {
    for pool in network.ipam.pools {
      guard let subnet = pool.subnet, subnet.family == family, let gateway = pool.gateway,
        let address = InterfaceAddress(gateway, in: subnet)
      else { continue }
      state.addresses.insert(AssignedAddress(place, address))
    }
  }

  /// The link pair between a sandbox and the bridge, and the endpoint's proofs of identity. What the sandbox holds of
  /// addresses and routes is common to all drivers that give an address, and is added by ``SandboxIntent``.
  static func endpoint(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    let options = try BridgeOptions(intent.network)
    let endpoint = intent.endpoint
    let near = LinkPlace(.host, EndpointLink.name(for: endpoint.id))
    let far = LinkPlace(sandbox, intent.interface)
    var state = KernelState()
    state.links[near] = Link(
      kind: .veth(peer: far), mtu: options.mtu, controller: options.bridgeName,
      // A frame may go back through the port it came from only where a container reaches its own published port.
      port: Link.BridgePort(hairpin: publishes, isolated: !options.allowsContainersToTalk),
      alias: "\(Link.aliasPrefix)endpoint:\(endpoint.id)")
    state.links[far] = Link(kind: .vethPeer, mac: endpoint.mac, mtu: options.mtu)

    let port = "\"\(near.name)\""
    guard options.preventsForgery else {
      state.addElement(Element(port), to: HostFirewall.set(HostFirewall.trusted))
      return state
    }
    if let mac = endpoint.mac {
      state.addElement(Element([port, "\(mac)"]), to: HostFirewall.set(HostFirewall.hardware))
      state.addElement(Element([port, "\(mac.linkLocal)"]), to: HostFirewall.set(HostFirewall.sources6))
    }
    if let address = endpoint.ipv4?.address {
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(HostFirewall.sources4))
    }
    let six = [endpoint.ipv6?.address].compactMap(\.self)
    for address in six + endpoint.settings.linkLocalAddresses {
      let set = address.family == .ipv4 ? HostFirewall.sources4 : HostFirewall.sources6
      state.addElement(Element([port, "\(address)"]), to: HostFirewall.set(set))
    }
    return state
  }
}

/// The host's end of an endpoint's link pair.
public enum EndpointLink {
  /// Every such link's name begins so; the firewall knows our ports by it.
  public static let prefix = "cwe"

  public static func name(for id: EndpointID) -> InterfaceName { .constant(prefix + id.short) }
}
