import Addressing
import Glibc
import NetworkPlan

extension PlanExecution {
  /// Moves a plugin's link from the host into a sandbox and configures it there. On failure the link returns to the
  /// host.
  mutating func moveIntoSandbox(_ former: InterfaceName, as key: LinkKey, _ link: Link) throws {
    let inside = try handles(key.namespace)
    guard let namespace = inside.descriptor else {
      throw SystemCallError(
        errno: EINVAL, call: "RTM_SETLINK", subject: "\(former)", kernelMessage: "the link is already on the host")
    }
    try host.netlink.perform(
      .moveLink(index: try host.index(former), former, as: key.name, namespace: namespace))
    do {
      // The MAC must change while the link is down. Moving it set it down.
      var settings = LinkSettings(mac: link.mac, mtu: link.mtu, alias: link.alias)
      if let mac = link.mac, try inside.netlink.link(key.name).mac == mac { settings.mac = nil }
      var requests: [NetlinkRequest] = settings.isEmpty ? [] : [.setLink(key.name, settings)]
      if link.isUp { requests.append(.setLink(key.name, LinkSettings(isUp: true))) }
      try inside.netlink.performAll(requests)
    } catch {
      try? moveBackToHost(key, as: former)
      throw error
    }
  }

  /// Moves a link back to the host under its former name. The move drops its addresses and routes.
  mutating func moveBackToHost(_ key: LinkKey, as former: InterfaceName) throws {
    let inside = try handles(key.namespace)
    let index = try inside.index(key.name)
    try? inside.netlink.perform(.setLink(key.name, LinkSettings(isUp: false, alias: "")))
    // This thread is in the host's namespace.
    let home = try NetworkNamespace.current()
    try inside.netlink.perform(
      .moveLink(index: index, key.name, as: former, namespace: home.descriptor.number))
  }
}
