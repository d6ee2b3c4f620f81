import Addressing
import Glibc
import NetworkPlan

extension ExecutionSession {
  /// Moves a link of somebody else's from the host into a sandbox and sets it up there; when that fails it is back.
  mutating func borrow(_ former: InterfaceName, as key: LinkKey, _ link: Link) throws {
    let inside = try tools(key.namespace)
    guard let namespace = inside.descriptor else {
      throw SystemCallError(
        errno: EINVAL, call: "RTM_SETLINK", subject: "\(former)", kernelMessage: "the link is on the host already")
    }
    try host.netlink.perform(
      .moveLink(index: try host.index(former), former, as: key.name, namespace: namespace))
    do {
      // A hardware address is changed while the link is down, which moving made it.
      var settings = LinkSettings(mac: link.mac, mtu: link.mtu, alias: link.alias)
      if let mac = link.mac, try inside.netlink.link(key.name).mac == mac { settings.mac = nil }
      var requests: [NetlinkRequest] = settings.isEmpty ? [] : [.setLink(key.name, settings)]
      if link.isUp { requests.append(.setLink(key.name, LinkSettings(isUp: true))) }
      try inside.netlink.performAll(requests)
    } catch {
      try? giveBack(key, as: former)
      throw error
    }
  }

  /// Moves a link back to the host under the name it had there; its addresses and routes stay behind.
  mutating func giveBack(_ key: LinkKey, as former: InterfaceName) throws {
    let inside = try tools(key.namespace)
    let index = try inside.index(key.name)
    try? inside.netlink.perform(.setLink(key.name, LinkSettings(isUp: false, alias: "")))
    // The executor's thread is in the host's namespace.
    let home = try NetworkNamespace.current()
    try inside.netlink.perform(
      .moveLink(index: index, key.name, as: former, namespace: home.descriptor.number))
  }
}
