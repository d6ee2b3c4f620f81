package import Addressing
package import EngineModel

/// The drivers `macvlan` and `ipvlan`: a container's link is a child of a link of the host and is on the segment of that
/// parent. Its packets do not pass the host's firewall.
package struct ParentLinkDriver: NetworkDriverBehavior {
  package enum Kind: Sendable {
    case macvlan
    case ipvlan
  }

  let kind: Kind

  package init(_ kind: Kind) { self.kind = kind }

  package var driver: NetworkDriver {
    switch kind {
    case .macvlan: .macvlan
    case .ipvlan: .ipvlan
    }
  }

  package var segment: NetworkSegment { .parent }

  package func checkOptions(of network: Network) throws(EngineError) { _ = try ParentLinkOptions(network) }
  package var optionKeys: Set<String>? { ParentLinkOptions.keys(of: kind) }
  package var linkKinds: Set<String> { requiredLinkKinds.union(["vlan"]) }
  package var requiredLinkKinds: Set<String> { [driver.rawValue] }

  package func hostLink(of network: Network) throws(EngineError) -> HostLinkUse? {
    let options = try ParentLinkOptions(network)
    return options.parent.map { .parent($0, options) }
  }

  /// Only the user knows the router of a segment outside this host.
  package func reservesGateway(_ family: AddressFamily, on network: Network) -> Bool { false }

  /// An ipvlan link has its parent's MAC address, and so has a macvlan link in the mode `passthru`.
  package func givesMACAddresses(on network: Network) -> Bool {
    switch kind {
    case .ipvlan: false
    case .macvlan: (try? ParentLinkOptions(network))?.isExclusive != true
    }
  }

  package var customMACRefusal: String? {
    switch kind {
    case .macvlan: nil
    case .ipvlan: "ipvlan interfaces do not support custom mac address assignment"
    }
  }

  /// Without a parent, the segment is a bridge that has no ports and no addresses: every kernel that can run containers
  /// has bridges, while the dummy links that other engines use here may be missing.
  package func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    let options = try ParentLinkOptions(network)
    var state = KernelState()
    guard options.parent == nil else { return state }
    let bridge = LinkKey(.host, BridgeDriver.bridgeName(for: network.id))
    // No MAC address: a bridge that has one is not operational until it has a port, and this one never has any.
    state.links[bridge] = Link(
      kind: .bridge, mtu: options.mtu, alias: "\(Link.aliasPrefix)network:\(network.id)")
    // The host has no address on this segment.
    state.sysctls[Sysctl(.host, "net/ipv6/conf/\(bridge.name)/disable_ipv6")] = "1"
    return state
  }

  /// A VLAN link that the network names as its parent and that does not exist.
  package func createdParent(of network: Network) throws(EngineError) -> CreatedParent? {
    guard network.adopted == nil else { return nil }
    let options = try ParentLinkOptions(network)
    guard let parent = options.parent, let tagged = try options.tagged() else { return nil }
    var state = KernelState()
    state.links[LinkKey(.host, parent)] = Link(
      kind: .vlan(parent: tagged.base, id: tagged.id), alias: "\(Link.aliasPrefix)parent:\(parent)")
    return (parent, state)
  }

  package func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    let options = try ParentLinkOptions(intent.network)
    let parent = options.parent ?? BridgeDriver.bridgeName(for: intent.network.id)
    var link = Link(
      kind: .macvlan(parent: parent, mode: options.mode), mac: intent.endpoint.mac, mtu: options.mtu,
      alias: "\(Link.aliasPrefix)endpoint:\(intent.endpoint.id)")
    if kind == .ipvlan {
      link.kind = .ipvlan(parent: parent, mode: options.mode, flag: options.flag)
      link.mac = nil
    }
    var state = KernelState()
    state.links[LinkKey(sandbox, intent.interface)] = link
    return state
  }

  /// The ipvlan modes `l3` and `l3s` route in the kernel of this host.
  package func needsNoRouter(on network: Network) -> Bool {
    kind == .ipvlan && (try? ParentLinkOptions(network))?.routes == true
  }
}
