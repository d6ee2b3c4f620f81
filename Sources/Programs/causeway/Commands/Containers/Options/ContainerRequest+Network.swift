import Addressing
import EngineAPI

extension ContainerRequest {
  func ports(_ config: inout Wire.ContainerConfig, _ host: inout Wire.HostConfig) throws(UsageError) {
    var exposed: [String: Wire.Empty] = [:]
    var bindings: [String: [Wire.PortBinding]] = [:]
    for value in options.all("publish") {
      for binding in try PublishArgument(value).bindings {
        let port = binding.container.description
        exposed[port] = Wire.Empty()
        bindings[port, default: []].append(
          Wire.PortBinding(HostIp: binding.hostAddress, HostPort: binding.hostPort))
      }
    }
    for value in options.all("expose") {
      for port in try ExposeArgument(value).ports { exposed[port.description] = Wire.Empty() }
    }
    if !exposed.isEmpty { config.ExposedPorts = exposed }
    host.PortBindings = bindings
  }

  /// The endpoint settings by network. The first network is the container's network mode, and options such as `--ip`
  /// apply to it.
  func endpoints(_ host: inout Wire.HostConfig) throws(UsageError) -> [String: Wire.EndpointSettings] {
    var networks: [NetworkArgument] = []
    for value in options.all("network") { networks.append(try NetworkArgument(value)) }
    if networks.isEmpty { networks = [NetworkArgument(target: "default")] }
    guard Set(networks.map(\.target)).count == networks.count else {
      let repeated = networks.map(\.target).first { target in networks.count { $0.target == target } > 1 } ?? ""
      throw .value("network \(repeated.quoted) is specified multiple times")
    }
    try addShortOptions(to: &networks[0])
    host.NetworkMode = networks[0].target
    var endpoints: [String: Wire.EndpointSettings] = [:]
    for network in networks {
      // These modes have no endpoint and so no settings.
      let hasEndpoint = !network.target.hasPrefix("container:")
      guard hasEndpoint else {
        guard networks.count == 1 else {
          throw .value("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
        }
        continue
      }
      endpoints[network.target] = try settings(network, links: network == networks[0] ? host.Links : nil)
    }
    return endpoints
  }

  private func addShortOptions(to network: inout NetworkArgument) throws(UsageError) {
    func merge(_ option: String, _ given: String?, into field: WritableKeyPath<NetworkArgument, String>)
      throws(UsageError)
    {
      guard let given else { return }
      guard network[keyPath: field].isEmpty else {
        throw .value("conflicting options: cannot specify both --\(option) and per-network \(option)")
      }
      network[keyPath: field] = given
    }
    try merge("ip", options.text("ip"), into: \.ipv4)
    try merge("ip6", options.text("ip6"), into: \.ipv6)
    try merge("mac-address", options.text("mac-address"), into: \.macAddress)
    network.aliases += options.all("network-alias")
    network.linkLocalAddresses += options.all("link-local-ip")
  }

  private func settings(_ network: NetworkArgument, links: [String]?) throws(UsageError) -> Wire.EndpointSettings {
    var settings = Wire.EndpointSettings()
    if !network.aliases.isEmpty { settings.Aliases = network.aliases }
    if !network.driverOptions.isEmpty { settings.DriverOpts = network.driverOptions }
    settings.GwPriority = Int(network.gatewayPriority)
    // On the default bridge, container links belong to the container; elsewhere they belong to the endpoint.
    if network.target != "default", network.target != "bridge" { settings.Links = links }
    if !network.macAddress.isEmpty {
      guard MACAddress(network.macAddress) != nil else {
        throw .value("\(network.macAddress) is not a valid mac address")
      }
      settings.MacAddress = network.macAddress
    }
    settings.IPAMConfig = Self.addresses(
      ipv4: network.ipv4, ipv6: network.ipv6, linkLocal: network.linkLocalAddresses)
    return settings
  }

  /// The addresses that the options request; `nil` when there are none. The engine validates them.
  static func addresses(ipv4: String, ipv6: String, linkLocal: [String]) -> Wire.EndpointIPAMConfig? {
    guard !ipv4.isEmpty || !ipv6.isEmpty || !linkLocal.isEmpty else { return nil }
    var addresses = Wire.EndpointIPAMConfig()
    addresses.IPv4Address = ipv4.isEmpty ? nil : ipv4
    addresses.IPv6Address = ipv6.isEmpty ? nil : ipv6
    addresses.LinkLocalIPs = linkLocal.isEmpty ? nil : linkLocal
    return addresses
  }
}
