public import Addressing
public import EngineModel
import Nftables

/// The driver `overlay`: one segment over several hosts.
///
/// On each host that has containers on the network stands a bridge, and on it, as one more port, a VXLAN link that carries
/// frames for other hosts' containers to those hosts. It learns nothing: whose hardware address is behind which host is
/// said by entries, so nobody can draw another's traffic to himself. Frames that come by it were checked at the ports of
/// the host that sent them. The host itself takes no part in the segment.
public enum OverlayDriver {
  /// This host's end of the network's tunnels.
  public struct Tunnel: Sendable, Hashable {
    public let local: IPAddress
    public let port: UInt16
    /// The greatest packet of the network beneath, in bytes.
    public let underlayMTU: UInt32

    public init(local: IPAddress, port: UInt16, underlayMTU: UInt32) {
      self.local = local
      self.port = port
      self.underlayMTU = underlayMTU
    }

    /// What containers may send at once: without the headers of VXLAN, UDP, IP and the inner Ethernet (RFC 7348).
    var mtu: UInt32 { underlayMTU - (local.family == .ipv4 ? 50 : 70) }
  }

  /// A container on another host.
  public struct Neighbour: Sendable, Hashable {
    public let mac: MACAddress
    public let host: IPAddress

    public init(mac: MACAddress, host: IPAddress) {
      self.mac = mac
      self.host = host
    }
  }

  /// The VXLAN network identifiers that are given out by themselves; lower ones are left to administrators, as in Docker.
  public static let numbers: ClosedRange<UInt32> = 4096...0xFF_FFFF

  public static func linkName(for id: NetworkID) -> InterfaceName { .constant("cwv\(id.short)") }

  /// The size of packets on the network as this host sees it.
  public static func mtu(_ network: Network, _ tunnel: Tunnel) throws(EngineError) -> UInt32 {
    try OverlayOptions(network).mtu ?? tunnel.mtu
  }

  /// What shall exist on this host while containers of its own are on the network.
  public static func network(
    _ network: Network, _ tunnel: Tunnel, neighbours: some Sequence<Neighbour>
  ) throws(EngineError) -> KernelState {
    let options = try OverlayOptions(network)
    guard let number = options.number else {
      throw EngineError(.system, "network \(network.name) has no VXLAN network identifier")
    }
    let (bridge, link) = (
      LinkKey(.host, BridgeDriver.bridgeName(for: network.id)), LinkKey(.host, linkName(for: network.id))
    )
    let size = options.mtu ?? tunnel.mtu
    var state = KernelState()
    state.links[bridge] = Link(kind: .bridge, mtu: size, alias: "\(Link.aliasPrefix)network:\(network.id)")
    state.links[link] = Link(
      kind: .vxlan(id: number, local: tunnel.local, port: tunnel.port), mtu: size, controller: bridge.name,
      port: Link.BridgePort(), alias: "\(Link.aliasPrefix)tunnel:\(network.id)")
    // The host has no addresses here, shall not make itself any, nor answer for those that it has elsewhere.
    state.sysctls[Sysctl(.host, "net/ipv4/conf/\(bridge.name)/arp_ignore")] = "8"
    for key in [bridge, link] { state.sysctls[Sysctl(.host, "net/ipv6/conf/\(key.name)/disable_ipv6")] = "1" }
    for neighbour in neighbours {
      state.fdbEntries.insert(FDBEntry(link, neighbour.mac, remote: neighbour.host))
      state.fdbEntries.insert(FDBEntry(link, FDBEntry.everybody, remote: neighbour.host))
    }
    let name = "\"\(bridge.name)\""
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.bridges))
    // Where the host sees bridged packets they come from this bridge. Nothing is ever routed to or from it.
    state.addElement(Element([name, name]), to: HostFirewall.set(HostFirewall.own))
    state.addElement(Element(name), to: HostFirewall.set(HostFirewall.internalOnly))
    if !options.healsItself { state.unattended.formUnion([bridge, link]) }
    return state
  }
}
