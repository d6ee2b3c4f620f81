package import Addressing
package import EngineModel
import Nftables

/// The driver `overlay`: one segment over several nodes of a cluster.
///
/// Each node that has containers on the network has a bridge, and a VXLAN link as a port of it, which sends frames for
/// containers of other nodes to those nodes. The VXLAN link does not learn: FDB entries say which MAC address is on which
/// node, so no container can attract the frames of another. The sending node checks frames for forged addresses. The host
/// itself has no address on the segment.
package struct OverlayDriver: NetworkDriverBehavior {
  /// This host's end of the network's tunnels.
  package struct Tunnel: Sendable, Hashable {
    package let local: IPAddress
    package let port: UInt16
    /// In bytes.
    package let underlayMTU: UInt32

    package init(local: IPAddress, port: UInt16, underlayMTU: UInt32) {
      self.local = local
      self.port = port
      self.underlayMTU = underlayMTU
    }

    /// The MTU inside the tunnel: without the headers of VXLAN, UDP, IP and the inner Ethernet frame (RFC 7348).
    var mtu: UInt32 { underlayMTU - (local.family == .ipv4 ? 50 : 70) }
  }

  /// A container on another node.
  package struct RemoteEndpoint: Sendable, Hashable {
    package let mac: MACAddress
    package let host: IPAddress

    package init(mac: MACAddress, host: IPAddress) {
      self.mac = mac
      self.host = host
    }
  }

  /// The VXLAN network identifiers that the engine chooses from. Lower ones are for administrators, as in Docker.
  package static let vnis: ClosedRange<UInt32> = 4096...0xFF_FFFF

  package static func linkName(for id: NetworkID) -> InterfaceName { .constant("cwv\(id.short)") }

  package let driver = NetworkDriver.overlay

  package init() {}

  package var spansHosts: Bool { true }
  package var segment: NetworkSegment { .bridge }

  /// Docker's words, which clients recognise, and then what this engine needs.
  package static let noCluster = EngineError(
    .unavailable,
    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
      + "swarm and try again. (Networks that span hosts need no swarm with this engine but a store, etcd, that all hosts "
      + "share: see cluster-store and cluster-advertise of causewayd.)")

  package func checkCreation(in context: NetworkCreationContext) throws(EngineError) {
    guard context.isInCluster || context.isConfigurationOnly else { throw Self.noCluster }
    guard ["", "default"].contains(context.ipamDriver) else {
      throw EngineError(.notImplemented, "an overlay network with its own IPAM driver is not implemented")
    }
  }

  package func checkOptions(of network: Network) throws(EngineError) { _ = try OverlayOptions(network) }
  package var optionKeys: Set<String>? { OverlayOptions.keys }
  package var linkKinds: Set<String> { ["vxlan"] }
  package var requiredLinkKinds: Set<String> { linkKinds }

  package var preferredPools: [SubnetPool] { [.overlay] }
  /// No host has the gateway's address.
  package var assignsPoolGateway: Bool { false }
  package func leavesExternalConnectivity(of endpoint: Endpoint) -> Bool { true }

  package func interfacePrefix(on network: Network) throws(EngineError) -> String {
    try BridgeOptions(network).containerInterfacePrefix
  }

  package func bridge(of network: Network) -> InterfaceName? { BridgeDriver.bridgeName(for: network.id) }

  package func endpointMTU(on network: Network, in context: NetworkContext) throws(EngineError) -> UInt32? {
    guard let tunnel = context.tunnel else { return nil }
    return try Self.mtu(network, tunnel)
  }

  package func desiredState(of network: Network, in context: NetworkContext) throws(EngineError) -> KernelState {
    guard let tunnel = context.tunnel, context.hasLocalEndpoints else { return KernelState() }
    return try Self.network(network, tunnel, remoteEndpoints: context.remoteEndpoints)
  }

  package func endpointState(
    _ intent: EndpointIntent, in sandbox: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    try BridgeDriver.endpointState(intent, in: sandbox, publishes: publishes)
  }

  /// The MTU of an overlay network on this host, in bytes: of its bridge, its VXLAN link and its endpoints.
  package static func mtu(_ network: Network, _ tunnel: Tunnel) throws(EngineError) -> UInt32 {
    try OverlayOptions(network).mtu ?? tunnel.mtu
  }

  /// The network's fragment while containers of this host are on it.
  package static func network(
    _ network: Network, _ tunnel: Tunnel, remoteEndpoints: some Sequence<RemoteEndpoint>
  ) throws(EngineError) -> KernelState {
    let options = try OverlayOptions(network)
    guard let vni = options.vni else {
      throw EngineError(.system, "network \(network.name) has no VXLAN network identifier")
    }
    let (bridge, link) = (
      LinkKey(.host, BridgeDriver.bridgeName(for: network.id)), LinkKey(.host, linkName(for: network.id))
    )
    let mtu = try Self.mtu(network, tunnel)
    var state = KernelState()
    state.links[bridge] = Link(kind: .bridge, mtu: mtu, alias: "\(Link.aliasPrefix)network:\(network.id)")
    state.links[link] = Link(
      kind: .vxlan(id: vni, local: tunnel.local, port: tunnel.port), mtu: mtu, controller: bridge.name,
      port: Link.BridgePort(), alias: "\(Link.aliasPrefix)tunnel:\(network.id)")
    // The host has no addresses here. It must not create link-local ones or answer ARP for its other addresses.
    state.sysctls[Sysctl(.host, "net/ipv4/conf/\(bridge.name)/arp_ignore")] = "8"
    for key in [bridge, link] { state.sysctls[Sysctl(.host, "net/ipv6/conf/\(key.name)/disable_ipv6")] = "1" }
    for endpoint in remoteEndpoints {
      state.fdbEntries.insert(FDBEntry(link, endpoint.mac, remote: endpoint.host))
      state.fdbEntries.insert(FDBEntry(link, FDBEntry.everybody, remote: endpoint.host))
    }
    let name = "\"\(bridge.name)\""
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    // With `br_netfilter`, bridged packets arrive from this bridge. No packet is routed to or from it.
    state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.sameNetwork))
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.internalBridges))
    if !options.healsItself { state.unattended.formUnion([bridge, link]) }
    return state
  }
}
