import Addressing
public import EngineModel
import Nftables

extension SandboxIntent {
  /// Everything that shall exist in the kernel for this sandbox, on both sides of its links.
  ///
  /// - Throws: what a network's options have wrong; networks are checked when they are made, so this is not expected.
  public func state() throws(EngineError) -> KernelState {
    var state = KernelState()
    state.sandboxes.insert(name)
    state.firewalls[namespace] = Firewall(tables: [SandboxFirewall.table])
    for (key, value) in sysctls { state.sysctls[Sysctl(namespace, key)] = value }
    let publishing = [gateway(.ipv4)?.endpoint.id, gateway(.ipv6)?.endpoint.id].compactMap(\.self)
    for intent in endpoints {
      let publishes = !publications.isEmpty && publishing.contains(intent.endpoint.id)
      state.formUnion(try Self.driverState(intent, in: namespace, publishes: publishes))
      addAddresses(of: intent, to: &state)
    }
    if isSelfAdministered { state.unattended.formUnion(state.links.keys.filter { $0.namespace == namespace }) }
    for family in AddressFamily.allCases { addDefaultRoute(family, to: &state) }
    for publication in publications { addPublication(publication, to: &state) }
    for link in links { addLink(link, to: &state) }
    return state
  }

  private static func driverState(
    _ intent: EndpointIntent, in namespace: NetworkNamespaceName, publishes: Bool
  ) throws(EngineError) -> KernelState {
    switch intent.network.driver {
    case .bridge, .overlay: try BridgeDriver.endpoint(intent, in: namespace, publishes: publishes)
    case .macvlan, .ipvlan: try ParentLinkDriver.endpoint(intent, in: namespace)
    case .host, .null:
      throw EngineError(.notImplemented, "the network driver \(intent.network.driver) gives no endpoints")
    default: PluginDriver.endpoint(intent, in: namespace)
    }
  }

  private func addAddresses(of intent: EndpointIntent, to state: inout KernelState) {
    let key = LinkKey(namespace, intent.interface)
    // A plugin may give no link.
    guard state.links[key] != nil else { return }
    let endpoint = intent.endpoint
    for address in [endpoint.ipv4, endpoint.ipv6].compactMap(\.self) {
      state.addresses.insert(AssignedAddress(key, address))
    }
    for address in endpoint.settings.linkLocalAddresses {
      guard let assigned = InterfaceAddress(address, prefixLength: address.family == .ipv4 ? 16 : 64) else { continue }
      state.addresses.insert(AssignedAddress(key, assigned))
    }
    let conf = "net/ipv6/conf/\(intent.interface)"
    // Without an address of the family the interface shall not make itself one; with one it takes no advice from
    // neighbours.
    if endpoint.ipv6 == nil {
      state.sysctls[Sysctl(namespace, "\(conf)/disable_ipv6")] = "1"
    } else {
      state.sysctls[Sysctl(namespace, "\(conf)/accept_ra")] = "0"
    }
  }

  private func addDefaultRoute(_ family: AddressFamily, to state: inout KernelState) {
    guard let intent = gateway(family), let everywhere = IPPrefix(containing: .any(family), length: 0),
      state.links[LinkKey(namespace, intent.interface)] != nil
    else { return }
    state.routes.insert(
      Route(
        namespace: namespace, destination: everywhere, gateway: intent.gateway(family), interface: intent.interface))
  }
}

extension Firewall {
  init(tables: [Table]) {
    self.init()
    for table in tables { self.tables[table.reference] = table }
  }
}
