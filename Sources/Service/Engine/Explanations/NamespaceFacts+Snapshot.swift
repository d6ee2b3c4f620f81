import Addressing
import Explanation
import Kernel

extension NamespaceFacts {
  /// The snapshot with interface names instead of indexes.
  init(_ snapshot: NamespaceSnapshot) {
    self.init()
    let names = Dictionary(snapshot.links.map { ($0.index, $0.name) }) { first, _ in first }
    for link in snapshot.links {
      links[link.name] = Link(
        isUp: link.isUp, mac: link.mac, controller: link.controllerIndex.flatMap { names[$0] })
    }
    addresses = snapshot.addresses.compactMap { assigned in
      names[assigned.linkIndex].map { Address($0, assigned.address) }
    }
    routes = snapshot.routes.map { route in
      Route(
        route.destination, gateway: route.gateway, link: route.linkIndex.flatMap { names[$0] }, metric: route.metric,
        isBlackhole: route.isDeadEnd)
    }
    sockets = snapshot.sockets.map { Socket($0.port, at: $0.address, isIPv6Only: $0.isIPv6Only) }
    tables = snapshot.tables.map { RuleTable($0) }
    func isOn(_ key: String) -> Bool { !["0", nil].contains(snapshot.settings[key]) }
    if isOn(NamespaceSnapshot.forwarding4) { forwards.insert(.ipv4) }
    if isOn(NamespaceSnapshot.forwarding6) { forwards.insert(.ipv6) }
    if isOn(NamespaceSnapshot.bridged4) { filtersBridged.insert(.ipv4) }
    if isOn(NamespaceSnapshot.bridged6) { filtersBridged.insert(.ipv6) }
  }
}
