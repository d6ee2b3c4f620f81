public import Addressing
public import EngineModel
import Nftables

extension Network {
  /// What shall exist on the host for this network while nobody is on it. Empty for `host` and `none`, and for networks
  /// of plugins, who make what they need themselves.
  ///
  /// What it shares with other networks, the parent of some, is apart: ``ParentLinkDriver/parent(of:)``.
  ///
  /// - Throws: `invalidParameter` for wrong options, `notImplemented` for a driver that is not there.
  public func state() throws(EngineError) -> KernelState {
    switch driver {
    case .bridge: try BridgeDriver.network(self)
    case .macvlan, .ipvlan: try ParentLinkDriver.network(self)
    case .host, .null: KernelState()
    // What it needs depends on who is on it, here and elsewhere: ``OverlayDriver``.
    case .overlay: KernelState()
    default: KernelState()
    }
  }
}

/// What the engine needs of the host before any network exists.
public struct HostIntent: Sendable, Hashable, Codable {
  /// The families in which the engine itself made this host a router. There, what has nothing to do with containers is
  /// still not forwarded.
  public var becameRouter4: Bool
  public var becameRouter6: Bool
  /// Whether IPv6 networks exist, which need the host to forward that family.
  public var forwards6: Bool
  /// The subnets of networks whose links plugins make. The rules that close a host which the engine made a router leave
  /// them alone: nobody else could let that traffic pass.
  public var foreign: [IPPrefix] = []
  /// Where this host takes part in networks that span hosts.
  public var tunnels: TunnelIntent?
  /// Bridges of other engines. Those rules leave them alone, too, and our containers reach what is published there and
  /// nothing else.
  public var neighbours: Set<InterfaceName> = []

  public init(becameRouter4: Bool, becameRouter6: Bool = false, forwards6: Bool = false) {
    self.becameRouter4 = becameRouter4
    self.becameRouter6 = becameRouter6
    self.forwards6 = forwards6
  }

  public func state() -> KernelState {
    var state = KernelState()
    state.firewalls[.host] = Firewall(tables: [HostFirewall.administrators, HostFirewall.table, HostFirewall.ports])
    state.sysctls[Sysctl(.host, "net/ipv4/ip_forward")] = "1"
    if becameRouter4 {
      state.addElement(Element("ipv4", value: "drop"), to: HostFirewall.set(HostFirewall.unrelated))
    }
    addForeign(to: &state)
    if let tunnels { state.formUnion(tunnels.state) }
    for name in neighbours {
      state.addElement(Element("\"\(name)\""), to: HostFirewall.set(HostFirewall.neighbours))
    }
    if forwards6 {
      state.sysctls[Sysctl(.host, "net/ipv6/conf/all/forwarding")] = "1"
      if becameRouter6 {
        state.addElement(Element("ipv6", value: "drop"), to: HostFirewall.set(HostFirewall.unrelated))
      }
    }
    return state
  }

  /// Each address belongs to one element: a subnet within another one is left out.
  private func addForeign(to state: inout KernelState) {
    for subnet in Set(foreign) where !foreign.contains(where: { $0 != subnet && $0.contains(subnet) }) {
      let set = subnet.family == .ipv4 ? HostFirewall.foreign4 : HostFirewall.foreign6
      let text = subnet.hostBits == 0 ? "\(subnet.base)" : "\(subnet)"
      state.addElement(Element(text), to: HostFirewall.set(set))
    }
  }
}
