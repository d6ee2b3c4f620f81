public import Addressing
import Nftables

/// Who may speak VXLAN with this host.
public struct TunnelIntent: Sendable, Hashable, Codable {
  /// UDP, on every host of the cluster the same.
  public let port: UInt16
  /// The other hosts, by their addresses on the network beneath.
  public let peers: Set<IPAddress>

  public init(port: UInt16, peers: Set<IPAddress>) {
    self.port = port
    self.peers = peers
  }

  var state: KernelState {
    var state = KernelState()
    state.addElement(Element("\(port)"), to: HostFirewall.set(HostFirewall.tunnelPorts))
    for peer in peers {
      let set = peer.family == .ipv4 ? HostFirewall.tunnelPeers4 : HostFirewall.tunnelPeers6
      state.addElement(Element("\(peer)"), to: HostFirewall.set(set))
    }
    return state
  }
}
