import EngineAPI
import JSON

/// The networks with their containers as a tree, built from two API responses.
struct NetworkTree {
  /// A network.
  struct NetworkNode {
    let name: String
    let driver: String
    let subnets: [String]
    /// Settings that differ from the default, such as `internal` or `no ICC`.
    let traits: [String]
    /// How packets leave the network.
    let externalConnectivity: String
    let containers: [ContainerNode]
  }

  struct ContainerNode {
    let name: String
    let state: String
    let addresses: [String]
    /// As `ps` shows them. Empty unless this network publishes them.
    let ports: String
    /// The container's other networks.
    let others: [String]
  }

  let networks: [NetworkNode]

  /// - Parameter shared: whether containers that share another container's network are shown.
  init(_ networks: [Wire.Network], _ containers: [Wire.ContainerSummary], shared: Bool) {
    let byName = containers.sorted { Self.name($0) < Self.name($1) }
    var nodes = networks.filter { !$0.ConfigOnly }.sorted { (Self.rank($0), $0.Name) < (Self.rank($1), $1.Name) }
      .map { network in
        NetworkNode(
          name: network.Name, driver: network.Driver, subnets: network.IPAM.Config.compactMap(\.Subnet),
          traits: Self.traits(network), externalConnectivity: Self.externalConnectivity(network),
          containers: byName.compactMap { Self.container($0, on: network) })
      }
    let sharing = byName.filter { ($0.HostConfig.NetworkMode ?? "").hasPrefix("container:") }
    if shared, !sharing.isEmpty {
      let containers = sharing.map { sharer in
        let owner = String((sharer.HostConfig.NetworkMode ?? "").dropFirst("container:".count))
        let host = containers.first { $0.Id == owner || Self.name($0) == owner }
        return ContainerNode(
          name: Self.name(sharer), state: sharer.State, addresses: [], ports: "",
          others: ["shared with " + (host.map(Self.name) ?? String(owner.prefix(12)))])
      }
      nodes.append(
        NetworkNode(
          name: "container", driver: "", subnets: [], traits: ["another container's network"], externalConnectivity: "",
          containers: containers))
    }
    self.networks = nodes
  }

  private static func name(_ container: Wire.ContainerSummary) -> String {
    String((container.Names.first { !$0.dropFirst().contains("/") } ?? container.Id).drop { $0 == "/" })
  }

  /// User-defined networks come first.
  private static func rank(_ network: Wire.Network) -> Int {
    switch network.Name {
    case "bridge": 1
    case "host": 2
    case "none": 3
    default: 0
    }
  }

  private static func container(_ container: Wire.ContainerSummary, on network: Wire.Network) -> ContainerNode? {
    let endpoints = container.NetworkSettings.Networks
    guard let endpoint = endpoints[network.Name] else { return nil }
    let addresses = [endpoint.IPAddress, endpoint.GlobalIPv6Address].filter { !$0.isEmpty }
    // The network of the default route publishes the ports.
    let outer = endpoints.filter { !$0.value.Gateway.isEmpty || !$0.value.IPv6Gateway.isEmpty }
    let way = outer.min { (-$0.value.GwPriority, $0.key) < (-$1.value.GwPriority, $1.key) }?.key
    let published = container.Ports.filter { $0.PublicPort != nil }
    return ContainerNode(
      name: name(container), state: container.State, addresses: addresses,
      ports: way == nil || way == network.Name ? PortSummary.text(published) : "",
      others: endpoints.keys.filter { $0 != network.Name }.sorted())
  }

  private static func option(_ network: Wire.Network, _ name: String) -> String? {
    network.Options["com.docker.network.bridge.\(name)"]
  }

  private static func traits(_ network: Wire.Network) -> [String] {
    var traits: [String] = []
    if network.Internal { traits.append("internal") }
    if option(network, "enable_icc") == "false" { traits.append("no ICC") }
    for (key, family) in [("gateway_mode_ipv4", "IPv4"), ("gateway_mode_ipv6", "IPv6")] {
      if let mode = option(network, key), mode != "nat" { traits.append("\(family) \(mode)") }
    }
    if let trusted = option(network, "trusted_host_interfaces"), !trusted.isEmpty { traits.append("trusts \(trusted)") }
    if network.Options["com.causeway.network.prevent_forgery"] == "false" { traits.append("no anti-forgery") }
    if network.Options["com.causeway.network.self_healing"] == "false" { traits.append("no self-healing") }
    if let mode = network.Options["macvlan_mode"], mode != "bridge" { traits.append("mode \(mode)") }
    if let mode = network.Options["ipvlan_mode"], mode != "l2" { traits.append("mode \(mode)") }
    if let warnings = network.Warnings, !warnings.isEmpty { traits.append("another firewall may drop packets") }
    return traits
  }

  private static func externalConnectivity(_ network: Wire.Network) -> String {
    switch network.Driver {
    case "bridge":
      if network.Internal { return "none" }
      let modes = [("gateway_mode_ipv4", network.EnableIPv4), ("gateway_mode_ipv6", network.EnableIPv6)]
        .filter(\.1).map { option(network, $0.0) ?? "nat" }
      if modes.allSatisfy({ $0 == "routed" }) { return "routed" }
      return option(network, "enable_ip_masquerade") == "false"
        ? "routed" : "masqueraded"
    case "macvlan", "ipvlan":
      guard let parent = network.Options["parent"], !parent.isEmpty else { return "none" }
      return "through \(parent)"
    case "host": return "host network"
    case "null": return "none"
    default: return "decided by the driver"
    }
  }

  // MARK: Words

  func text(style: TextStyle) -> String {
    let widest = networks.flatMap(\.containers).map(\.name.count).max() ?? 0
    let widestAddress = networks.flatMap(\.containers).map { $0.addresses.joined(separator: " ").count }.max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    var lines: [String] = []
    for network in networks {
      var head = [style.styled(network.name, .bold)]
      if !network.driver.isEmpty, network.driver != "null", network.driver != network.name {
        head.append(network.driver)
      }
      head += network.subnets
      if !network.traits.isEmpty { head.append(network.traits.joined(separator: ", ")) }
      if !network.externalConnectivity.isEmpty, network.externalConnectivity != "none" {
        head.append(style.styled("out: \(network.externalConnectivity)", .faint))
      }
      lines.append(head.joined(separator: "  "))
      for (index, container) in network.containers.enumerated() {
        let stem = index == network.containers.count - 1 ? "└─ " : "├─ "
        var line =
          stem + padded(container.name, widest) + "  "
          + padded(container.addresses.joined(separator: " "), widestAddress)
        if container.state != "running" { line += "  " + style.styled(container.state, .yellow) }
        if !container.ports.isEmpty { line += "  " + container.ports }
        if !container.others.isEmpty {
          line +=
            "  "
            + style.styled(
              (network.driver.isEmpty ? "" : "also on ") + container.others.joined(separator: ", "), .faint)
        }
        while line.last == " " { line.removeLast() }
        lines.append(line)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  var json: JSONValue { .array(networks.map(\.json)) }
}

extension NetworkTree.NetworkNode {
  var json: JSONValue {
    .object([
      JSONMember("Name", .string(name)), JSONMember("Driver", .string(driver)),
      JSONMember("Subnets", .array(subnets.map { .string($0) })),
      JSONMember("Traits", .array(traits.map { .string($0) })), JSONMember("WayOut", .string(externalConnectivity)),
      JSONMember(
        "Containers",
        .array(
          containers.map { container in
            .object([
              JSONMember("Name", .string(container.name)), JSONMember("State", .string(container.state)),
              JSONMember("Addresses", .array(container.addresses.map { .string($0) })),
              JSONMember("Ports", .string(container.ports)),
              JSONMember("Networks", .array(container.others.map { .string($0) })),
            ])
          })),
    ])
  }
}
