import Addressing
package import EngineModel
import Nftables

extension SandboxIntent {
  /// The sandbox's fragment, with both ends of its links.
  ///
  /// - Throws: for wrong network options. Networks are checked when they are created, so this is not expected.
  package func state() throws(EngineError) -> KernelState {
    var state = KernelState()
    state.sandboxes.insert(name)
    state.firewalls[namespace] = Firewall(tables: [SandboxFirewall.table])
    for (key, value) in sysctls { state.sysctls[Sysctl(namespace, key)] = value }
    let publishing = [gateway(.ipv4)?.endpoint.id, gateway(.ipv6)?.endpoint.id].compactMap(\.self)
    for intent in endpoints {
      let publishes = !publications.isEmpty && publishing.contains(intent.endpoint.id)
      state.formUnion(try intent.network.behavior.endpointState(intent, in: namespace, publishes: publishes))
      addAddresses(of: intent, to: &state)
    }
    if isSelfAdministered { state.unattended.formUnion(state.links.keys.filter { $0.namespace == namespace }) }
    for family in AddressFamily.allCases { addDefaultRoute(family, to: &state) }
    for publication in publications { addPublication(publication, to: &state) }
    for link in links { addLink(link, to: &state) }
    return state
  }

  private func addAddresses(of intent: EndpointIntent, to state: inout KernelState) {
    let link = LinkKey(namespace, intent.interface)
    // A plugin may provide no link.
    guard state.links[link] != nil else { return }
    let endpoint = intent.endpoint
    for address in [endpoint.ipv4, endpoint.ipv6].compactMap(\.self) {
      state.addresses.insert(AssignedAddress(link, address))
    }
    for address in endpoint.settings.linkLocalAddresses {
      guard let assigned = InterfaceAddress(address, prefixLength: address.family == .ipv4 ? 16 : 64) else { continue }
      state.addresses.insert(AssignedAddress(link, assigned))
    }
    let conf = "net/ipv6/conf/\(intent.interface)"
    // Without an assigned address, the link must have no link-local one either. With one, it ignores router
    // advertisements.
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
