internal import EngineAPI

extension ServiceContainer {
  func addPorts(to config: inout Wire.ContainerConfig, _ host: inout Wire.HostConfig) {
    var exposed: [String: Wire.Empty] = [:]
    var bindings: [String: [Wire.PortBinding]] = [:]
    for port in texts("expose") ?? [] { exposed[port.contains("/") ? port : "\(port)/tcp"] = Wire.Empty() }
    for item in node["ports"]?.items ?? [] {
      let port = "\(item["target"]?.text ?? "")/\(item["protocol"]?.text ?? "tcp")"
      exposed[port] = Wire.Empty()
      bindings[port, default: []].append(
        Wire.PortBinding(HostIp: item["host_ip"]?.text ?? "", HostPort: item["published"]?.text ?? ""))
    }
    if !exposed.isEmpty { config.ExposedPorts = exposed }
    host.PortBindings = bindings
  }

  /// The endpoint settings by network. The first network is the container's network mode.
  func endpoints(_ host: inout Wire.HostConfig) throws(ComposeError) -> [String: Wire.EndpointSettings] {
    let attachments = service.attachments
    guard let first = attachments.first else {
      host.NetworkMode = resolved(text("network_mode"))
      return [:]
    }
    host.NetworkMode = project.network(first.network).name
    let links = links
    var endpoints: [String: Wire.EndpointSettings] = [:]
    for attachment in attachments {
      var settings = settings(attachment)
      if !links.isEmpty { settings.Links = links }
      if attachment.network == first.network, settings.MacAddress.isEmpty { settings.MacAddress = text("mac_address") }
      endpoints[project.network(attachment.network).name] = settings
    }
    return endpoints
  }

  private func settings(_ attachment: Service.Attachment) -> Wire.EndpointSettings {
    let node = attachment.node
    var settings = Wire.EndpointSettings()
    var aliases = [name]
    if usesAliases { aliases += [service.name] + (node["aliases"]?.texts ?? []) }
    settings.Aliases = aliases
    settings.MacAddress = node["mac_address"]?.text ?? ""
    settings.DriverOpts = node["driver_opts"]?.textMap
    settings.GwPriority = node["gw_priority"]?.text.flatMap(Double.init).map { Int($0) } ?? 0
    var addresses = Wire.EndpointIPAMConfig()
    addresses.IPv4Address = node["ipv4_address"]?.text
    addresses.IPv6Address = node["ipv6_address"]?.text
    addresses.LinkLocalIPs = node["link_local_ips"]?.texts
    if addresses != Wire.EndpointIPAMConfig() { settings.IPAMConfig = addresses }
    return settings
  }

  /// Container links, `container:alias`: to every container of a linked service, and to external containers.
  private var links: [String] {
    var result: [String] = []
    for link in texts("links") ?? [] {
      let parts = link.split(separator: ":", maxSplits: 1).map(String.init)
      guard let other = project.service(parts[0]) else { continue }
      for number in 1...max(1, project.scale(of: other)) {
        result.append("\(Self.name(of: other, number: number, in: project.name)):\(parts.last ?? parts[0])")
      }
    }
    for link in texts("external_links") ?? [] { result.append(link.contains(":") ? link : "\(link):\(link)") }
    return result
  }
}
