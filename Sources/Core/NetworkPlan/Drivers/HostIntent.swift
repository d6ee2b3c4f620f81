package import Addressing
import Nftables

/// What the host needs for all networks together; ``state()`` is the host's fragment.
package struct HostIntent: Sendable, Hashable {
  /// Whether the engine turned on forwarding of IPv4. If so, packets that have nothing to do with containers are still
  /// not forwarded.
  package var enabledForwarding4: Bool
  /// The same for IPv6.
  package var enabledForwarding6: Bool
  /// Whether the host must forward IPv6.
  package var forwards6: Bool
  /// The subnets of networks whose links plugins create. The host forwards their packets even where the engine turned on
  /// forwarding.
  package var foreign: [IPPrefix] = []
  /// The cluster's tunnels; `nil` outside a cluster.
  package var tunnels: TunnelIntent?
  /// Bridges of other engines. The host forwards their packets, too. Our containers reach their published ports and
  /// nothing else there.
  package var neighbours: Set<InterfaceName> = []

  package init(enabledForwarding4: Bool, enabledForwarding6: Bool = false, forwards6: Bool = false) {
    self.enabledForwarding4 = enabledForwarding4
    self.enabledForwarding6 = enabledForwarding6
    self.forwards6 = forwards6
  }

  package func state() -> KernelState {
    var state = KernelState()
    state.firewalls[.host] = Firewall(tables: [HostFirewall.administrators, HostFirewall.table, HostFirewall.ports])
    state.sysctls[Sysctl(.host, "net/ipv4/ip_forward")] = "1"
    if enabledForwarding4 {
      state.addElement(Element("ipv4", value: "drop"), to: HostFirewall.set(HostFirewall.forwardingPolicy))
    }
    addForeign(to: &state)
    if let tunnels { state.formUnion(tunnels.state) }
    for name in neighbours {
      state.addElement(Element("\"\(name)\""), to: HostFirewall.set(HostFirewall.otherEngines))
    }
    if forwards6 {
      state.sysctls[Sysctl(.host, "net/ipv6/conf/all/forwarding")] = "1"
      if enabledForwarding6 {
        state.addElement(Element("ipv6", value: "drop"), to: HostFirewall.set(HostFirewall.forwardingPolicy))
      }
    }
    return state
  }

  /// Intervals of an nftables set must not overlap, so a subnet within another one is left out.
  private func addForeign(to state: inout KernelState) {
    for subnet in Set(foreign) where !foreign.contains(where: { $0 != subnet && $0.contains(subnet) }) {
      let set = subnet.family == .ipv4 ? HostFirewall.pluginSubnets4 : HostFirewall.pluginSubnets6
      state.addElement(HostFirewall.element(subnet), to: HostFirewall.set(set))
    }
  }
}
