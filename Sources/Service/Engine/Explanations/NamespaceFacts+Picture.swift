import Addressing
import Explanation
import Kernel

extension NamespaceFacts {
  /// What the kernel has, without the numbers that mean something only there.
  init(_ picture: NamespacePicture) {
    self.init()
    let names = Dictionary(picture.links.map { ($0.index, $0.name) }) { first, _ in first }
    for link in picture.links {
      links[link.name] = Link(
        isUp: link.isUp, mac: link.mac, controller: link.controllerIndex.flatMap { names[$0] })
    }
    addresses = picture.addresses.compactMap { assigned in
      names[assigned.linkIndex].map { Address($0, assigned.address) }
    }
    routes = picture.routes.map { route in
      Route(
        route.destination, gateway: route.gateway, link: route.linkIndex.flatMap { names[$0] }, metric: route.metric,
        isDeadEnd: route.isDeadEnd)
    }
    sockets = picture.sockets.map { Socket($0.port, at: $0.address, isIPv6Only: $0.isIPv6Only) }
    tables = picture.tables.map { RuleTable($0) }
    func isOn(_ key: String) -> Bool { !["0", nil].contains(picture.settings[key]) }
    if isOn(NamespacePicture.forwarding4) { forwards.insert(.ipv4) }
    if isOn(NamespacePicture.forwarding6) { forwards.insert(.ipv6) }
    if isOn(NamespacePicture.bridged4) { filtersBridged.insert(.ipv4) }
    if isOn(NamespacePicture.bridged6) { filtersBridged.insert(.ipv6) }
  }
}
