import Addressing
import Glibc
import NetworkPlan

extension ExecutionSession {
  /// Moves a link of somebody else's from the host into a sandbox and sets it up there; when that fails it is back.
  mutating func borrow(_ former: InterfaceName, as place: LinkKey, _ link: Link) throws {
    let inside = try tools(place.namespace)
    guard let namespace = inside.descriptor else {
      throw SystemCallError(
        errno: EINVAL, call: "RTM_SETLINK", subject: "\(former)", kernelMessage: "the link is on the host already")
    }
    try host.netlink.perform(
      .moveLink(index: try host.index(former), former, as: place.name, namespace: namespace))
    do {
      // A hardware address is changed while the link is down, which moving made it.
      var settings = LinkSettings(mac: link.mac, mtu: link.mtu, alias: link.alias)
      if let mac = link.mac, try inside.netlink.link(place.name).mac == mac { settings.mac = nil }
      var requests: [NetlinkRequest] = settings.isEmpty ? [] : [.setLink(place.name, settings)]
      if link.isUp { requests.append(.setLink(place.name, LinkSettings(isUp: true))) }
      try inside.netlink.performAll(requests)
    } catch {
      try? giveBack(place, as: former)
      throw error
    }
  }

  /// Moves a link back to the host under the name it had there; its addresses and routes stay behind.
  mutating func giveBack(_ place: LinkKey, as former: InterfaceName) throws {
    let inside = try tools(place.namespace)
    let index = try inside.index(place.name)
    try? inside.netlink.perform(.setLink(place.name, LinkSettings(isUp: false, alias: "")))
    // The executor's thread is in the host's namespace.
    let home = try NetworkNamespace.current()
    try inside.netlink.perform(
      .moveLink(index: index, place.name, as: former, namespace: home.descriptor.number))
  }
}
