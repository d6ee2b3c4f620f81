import JSON
import EngineAPI

/// Networks and who is on them, made from what the API tells of both.
struct NetworkMap {
  /// A network, with what matters of it.
  struct Branch {
    let name: String
    let driver: String
    let subnets: [String]
    /// What is out of the ordinary: `internal`, `containers do not talk`.
    let traits: [String]
    /// How containers get out.
    let wayOut: String
    let leaves: [Leaf]
  }

  struct Leaf {
    let name: String
    let state: String
    let addresses: [String]
    /// As `ps` shows them; on the network that they are published by.
    let ports: String
    /// Its other networks.
    let others: [String]
  }

  let branches: [Branch]

  /// - Parameter shared: whether containers that have another one's network are shown, too.
  init(_ networks: [Wire.Network], _ containers: [Wire.ContainerSummary], shared: Bool) {
    let byName = containers.sorted { Self.name($0) < Self.name($1) }
    var branches = networks.filter { !$0.ConfigOnly }.sorted { (Self.rank($0), $0.Name) < (Self.rank($1), $1.Name) }
      .map { network in
        Branch(
          name: network.Name, driver: network.Driver, subnets: network.IPAM.Config.compactMap(\.Subnet),
          traits: Self.traits(network), wayOut: Self.wayOut(network),
          leaves: byName.compactMap { Self.leaf($0, on: network) })
      }
    let guests = byName.filter { ($0.HostConfig.NetworkMode ?? "").hasPrefix("container:") }
    if shared, !guests.isEmpty {
      let leaves = guests.map { guest in
        let owner = String((guest.HostConfig.NetworkMode ?? "").dropFirst("container:".count))
        let host = containers.first { $0.Id == owner || Self.name($0) == owner }
        return Leaf(
          name: Self.name(guest), state: guest.State, addresses: [], ports: "",
          others: ["that of " + (host.map(Self.name) ?? String(owner.prefix(12)))])
      }
      branches.append(
        Branch(
          name: "container", driver: "", subnets: [], traits: ["another container's network"], wayOut: "",
          leaves: leaves))
    }
    self.branches = branches
  }

  private static func name(_ container: Wire.ContainerSummary) -> String {
    String((container.Names.first { !$0.dropFirst().contains("/") } ?? container.Id).drop { $0 == "/" })
  }

  /// The networks that people made come first.
  private static func rank(_ network: Wire.Network) -> Int {
    switch network.Name {
    case "bridge": 1
    case "host": 2
    case "none": 3
    default: 0
    }
  }

  private static func leaf(_ container: Wire.ContainerSummary, on network: Wire.Network) -> Leaf? {
    let places = container.NetworkSettings.Networks
    guard let place = places[network.Name] else { return nil }
    let addresses = [place.IPAddress, place.GlobalIPv6Address].filter { !$0.isEmpty }
    // Ports are published by the network of the default route.
    let outer = places.filter { !$0.value.Gateway.isEmpty || !$0.value.IPv6Gateway.isEmpty }
    let way = outer.min { (-$0.value.GwPriority, $0.key) < (-$1.value.GwPriority, $1.key) }?.key
    let published = container.Ports.filter { $0.PublicPort != nil }
    return Leaf(
      name: name(container), state: container.State, addresses: addresses,
      ports: way == nil || way == network.Name ? PortText.display(published) : "",
      others: places.keys.filter { $0 != network.Name }.sorted())
  }

  private static func option(_ network: Wire.Network, _ name: String) -> String? {
    network.Options["com.docker.network.bridge.\(name)"]
  }

  private static func traits(_ network: Wire.Network) -> [String] {
    var traits: [String] = []
    if network.Internal { traits.append("internal") }
    if option(network, "enable_icc") == "false" { traits.append("containers do not talk") }
    for (key, family) in [("gateway_mode_ipv4", "IPv4"), ("gateway_mode_ipv6", "IPv6")] {
      if let mode = option(network, key), mode != "nat" { traits.append("\(family) \(mode)") }
    }
    if let trusted = option(network, "trusted_host_interfaces"), !trusted.isEmpty { traits.append("trusts \(trusted)") }
    if network.Options["com.causeway.network.prevent_forgery"] == "false" { traits.append("addresses are not checked") }
    if network.Options["com.causeway.network.self_healing"] == "false" { traits.append("is not repaired") }
    if let mode = network.Options["macvlan_mode"], mode != "bridge" { traits.append("mode \(mode)") }
    if let mode = network.Options["ipvlan_mode"], mode != "l2" { traits.append("mode \(mode)") }
    if let warnings = network.Warnings, !warnings.isEmpty { traits.append("another firewall may drop its packets") }
    return traits
  }

  private static func wayOut(_ network: Wire.Network) -> String {
    switch network.Driver {
    case "bridge":
      if network.Internal { return "none" }
      let modes = [("gateway_mode_ipv4", network.EnableIPv4), ("gateway_mode_ipv6", network.EnableIPv6)]
        .filter(\.1).map { option(network, $0.0) ?? "nat" }
      if modes.allSatisfy({ $0 == "routed" }) { return "under their own addresses" }
      return option(network, "enable_ip_masquerade") == "false"
        ? "under their own addresses" : "under this host's address"
    case "macvlan", "ipvlan":
      guard let parent = network.Options["parent"], !parent.isEmpty else { return "none" }
      return "by \(parent), past this host"
    case "host": return "as this host"
    case "null": return "none"
    default: return "as the driver has it"
    }
  }

  // MARK: Words

  func text(style: TextStyle) -> String {
    let widest = branches.flatMap(\.leaves).map(\.name.count).max() ?? 0
    let widestAddress = branches.flatMap(\.leaves).map { $0.addresses.joined(separator: " ").count }.max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    var lines: [String] = []
    for branch in branches {
      var head = [style.paint(branch.name, .bold)]
      if !branch.driver.isEmpty, branch.driver != "null", branch.driver != branch.name { head.append(branch.driver) }
      head += branch.subnets
      if !branch.traits.isEmpty { head.append(branch.traits.joined(separator: ", ")) }
      if !branch.wayOut.isEmpty, branch.wayOut != "none" { head.append(style.paint("out: \(branch.wayOut)", .faint)) }
      lines.append(head.joined(separator: "  "))
      for (index, leaf) in branch.leaves.enumerated() {
        let stem = index == branch.leaves.count - 1 ? "└─ " : "├─ "
        var line =
          stem + padded(leaf.name, widest) + "  " + padded(leaf.addresses.joined(separator: " "), widestAddress)
        if leaf.state != "running" { line += "  " + style.paint(leaf.state, .yellow) }
        if !leaf.ports.isEmpty { line += "  " + leaf.ports }
        if !leaf.others.isEmpty {
          line +=
            "  " + style.paint((branch.driver.isEmpty ? "" : "also on ") + leaf.others.joined(separator: ", "), .faint)
        }
        while line.last == " " { line.removeLast() }
        lines.append(line)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  var json: JSONValue { .array(branches.map(\.json)) }
}

extension NetworkMap.Branch {
  var json: JSONValue {
    .object([
      JSONMember("Name", .string(name)), JSONMember("Driver", .string(driver)),
      JSONMember("Subnets", .array(subnets.map { .string($0) })),
      JSONMember("Traits", .array(traits.map { .string($0) })), JSONMember("WayOut", .string(wayOut)),
      JSONMember(
        "Containers",
        .array(
          leaves.map { leaf in
            .object([
              JSONMember("Name", .string(leaf.name)), JSONMember("State", .string(leaf.state)),
              JSONMember("Addresses", .array(leaf.addresses.map { .string($0) })),
              JSONMember("Ports", .string(leaf.ports)),
              JSONMember("Networks", .array(leaf.others.map { .string($0) })),
            ])
          })),
    ])
  }
}
