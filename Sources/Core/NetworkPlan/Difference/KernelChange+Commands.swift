import Addressing
import Nftables

extension KernelChange {
  /// The change as `ip`, `sysctl` and `nft` commands.
  package var commands: String {
    switch self {
    case .createSandbox(let name): "ip netns add \(name)"
    case .deleteSandbox(let name): "ip netns delete \(name)"
    case .createLink(let key, let link, let peer): Self.creation(key, link, peer)
    case .deleteLink(let key, let link, _): Self.deletion(key, link)
    case .setLink(let key, let from, let to): Self.settings(key, from: from, to: to)
    case .addAddress(let assigned): Self.address("add", assigned)
    case .deleteAddress(let assigned): Self.address("delete", assigned)
    case .addRoute(let route): Self.route("add", route)
    case .deleteRoute(let route): Self.route("delete", route)
    case .addFDBEntry(let entry): Self.fdbEntry(entry.mac == FDBEntry.everybody ? "append" : "add", entry)
    case .deleteFDBEntry(let entry): Self.fdbEntry("delete", entry)
    case .setSysctl(let sysctl, _, let value):
      "\(Self.inside(sysctl.namespace))sysctl -w \(sysctl.key)=\(value)"
    case .firewall(let namespace, let command): Self.nft(namespace, command)
    }
  }

  private static func ip(_ namespace: NetworkNamespaceName) -> String {
    switch namespace {
    case .host: "ip"
    case .sandbox(let name): "ip -n \(name)"
    }
  }

  private static func inside(_ namespace: NetworkNamespaceName) -> String {
    switch namespace {
    case .host: ""
    case .sandbox(let name): "ip netns exec \(name) "
    }
  }

  private static func creation(_ key: LinkKey, _ link: Link, _ peer: Link?) -> String {
    var lines: [String]
    switch (link.kind, key.namespace) {
    case (.borrowed(let former), _):
      lines = ["ip link set \(former) netns \(key.namespace) name \(key.name)"]
      if let mac = link.mac { lines.append("\(ip(key.namespace)) link set \(key.name) address \(mac)") }
    case (.macvlan(let parent, _), .sandbox(let sandbox)), (.ipvlan(let parent, _, _), .sandbox(let sandbox)):
      // The parent is on the host, so the link is created there and moved.
      lines = ["ip link add link \(parent) name \(key.name) netns \(sandbox)\(properties(link)) \(type(link, peer))"]
    default:
      lines = ["\(ip(key.namespace)) link add \(key.name)\(properties(link)) \(type(link, peer))"]
    }
    let rest = settings(key, from: nil, to: link)
    if !rest.isEmpty { lines.append(rest) }
    if case .veth(let far) = link.kind, let peer {
      let rest = settings(far, from: nil, to: peer)
      if !rest.isEmpty { lines.append(rest) }
    }
    return lines.joined(separator: "\n")
  }

  private static func deletion(_ key: LinkKey, _ link: Link) -> String {
    guard case .borrowed(let former) = link.kind else { return "\(ip(key.namespace)) link delete \(key.name)" }
    return "\(ip(key.namespace)) link set \(key.name) netns 1 name \(former)"
  }

  private static func type(_ link: Link, _ peer: Link?) -> String {
    switch link.kind {
    case .bridge: return "type bridge"
    case .veth(let far):
      let target = if case .sandbox(let name) = far.namespace { " netns \(name)" } else { "" }
      let own = peer.map(properties) ?? ""
      return "type veth peer name \(far.name)\(target)\(own)"
    case .vethPeer: return "type veth"
    case .borrowed(let former): return "name \(former)"
    case .macvlan(_, let mode): return "type macvlan mode \(mode)"
    case .ipvlan(_, let mode, let flag): return "type ipvlan mode \(mode) \(flag)"
    case .vlan(let parent, let id): return "link \(parent) type vlan id \(id)"
    case .dummy: return "type dummy"
    case .vxlan(let id, let local, let port):
      let source = local.map { " local \($0)" } ?? ""
      return "type vxlan id \(id)\(source) dstport \(port) nolearning"
    case .loopback: return "type loopback"
    case .adopted: return ""
    case .other(let name): return "type \(name)"
    }
  }

  private static func properties(_ link: Link) -> String {
    var text = ""
    if let mac = link.mac { text += " address \(mac)" }
    if let mtu = link.mtu { text += " mtu \(mtu)" }
    return text
  }

  /// The `ip link set` and `bridge link set` commands for the attributes that differ.
  ///
  /// - Parameter from: `nil` for a new link.
  private static func settings(_ key: LinkKey, from: Link?, to: Link) -> String {
    var lines: [String] = []
    var options = ""
    if let from {
      if let mac = to.mac, mac != from.mac { options += " address \(mac)" }
      if let mtu = to.mtu, mtu != from.mtu { options += " mtu \(mtu)" }
    }
    if to.controller != from?.controller { options += to.controller.map { " master \($0)" } ?? " nomaster" }
    if let alias = to.alias, alias != from?.alias { options += " alias \(alias)" }
    // The kernel creates the link-local address when the link is set up, so this comes first.
    if let mode = to.hasLinkLocal, mode != from?.hasLinkLocal ?? true {
      lines.append("\(ip(key.namespace)) link set \(key.name) addrgenmode \(mode ? "eui64" : "none")")
    }
    if to.isUp != from?.isUp ?? false { options += to.isUp ? " up" : " down" }
    if !options.isEmpty { lines.append("\(ip(key.namespace)) link set \(key.name)\(options)") }
    if let port = to.port, port != from?.port ?? Link.BridgePort() {
      func onOff(_ value: Bool) -> String { value ? "on" : "off" }
      lines.append(
        "bridge link set dev \(key.name) hairpin \(onOff(port.hairpin)) isolated \(onOff(port.isolated))")
    }
    return lines.joined(separator: "\n")
  }

  private static func address(_ verb: String, _ assigned: AssignedAddress) -> String {
    "\(ip(assigned.link.namespace)) address \(verb) \(assigned.address) dev \(assigned.link.name)"
  }

  private static func route(_ verb: String, _ route: Route) -> String {
    let destination = route.destination.length == 0 ? "default" : "\(route.destination)"
    let family = route.destination.family == .ipv6 ? " -6" : ""
    let via = route.gateway.map { " via \($0)" } ?? ""
    let metric = route.metric == 0 ? "" : " metric \(route.metric)"
    return "\(ip(route.namespace))\(family) route \(verb) \(destination)\(via) dev \(route.interface)\(metric)"
  }

  private static func fdbEntry(_ verb: String, _ entry: FDBEntry) -> String {
    "\(inside(entry.link.namespace))bridge fdb \(verb) \(entry.mac) dev \(entry.link.name) dst \(entry.remote)"
  }

  private static func nft(_ namespace: NetworkNamespaceName, _ command: Command) -> String {
    let prefix = "\(inside(namespace))nft"
    switch command {
    case .replaceTable: return "\(prefix) -f - <<'END'\n\(command.text)END"
    case .deleteTable, .addElements, .deleteElements:
      return "\(prefix) '\(command.text.dropLast())'"
    }
  }
}
