package import Addressing
import Nftables

/// The cluster nodes from which this host accepts VXLAN packets.
package struct TunnelIntent: Sendable, Hashable {
  /// The UDP port, the same on every node.
  package let port: UInt16
  /// The underlay addresses of the other nodes.
  package let peers: Set<IPAddress>

  package init(port: UInt16, peers: Set<IPAddress>) {
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
