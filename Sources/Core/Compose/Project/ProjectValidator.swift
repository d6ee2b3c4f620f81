internal import Addressing

/// Validates references between the parts of a project, and contradictions.
enum ProjectValidator {
  static func validate(_ project: Project) throws(ComposeError) {
    let services = project.allServices
    guard !services.isEmpty else {
      throw ComposeError(
        project.document["services"]?.location ?? project.document.location,
        "no service is defined; expected services: with at least one")
    }
    var names: [String: Service] = [:]
    for service in services {
      try checkSource(service)
      try checkNetworks(service, project)
      try checkVolumes(service, project)
      try checkFiles(service, project)
      try checkDependencies(service, project)
      try checkScale(service)
      if let name = service.containerName {
        if let other = names.updateValue(service, forKey: name) {
          throw ComposeError(
            service.node["container_name"]?.location,
            "found the container name \"\(name)\", which the service \"\(other.name)\" has too")
        }
      }
    }
    for kind in ["networks", "volumes"] {
      for entry in project.document[kind]?.entries ?? [] { try checkExternal(entry, kind) }
    }
    for entry in project.document["networks"]?.entries ?? [] { try checkAddresses(entry) }
    for kind in ["secrets", "configs"] {
      for entry in project.document[kind]?.entries ?? [] { try checkFile(entry, kind) }
    }
    _ = try DependencyOrder(services)
  }

  private static func checkSource(_ service: Service) throws(ComposeError) {
    guard service.node["image"] == nil, service.build == nil else { return }
    throw ComposeError(
      service.location, "services.\(service.name): found neither image nor build, expected one of them")
  }

  private static func checkNetworks(_ service: Service, _ project: Project) throws(ComposeError) {
    if let mode = service.node["network_mode"], let networks = service.node["networks"] {
      throw ComposeError(
        max(mode.location, networks.location),
        "services.\(service.name): found both network_mode and networks, expected one of them")
    }
    for attachment in service.attachments {
      let location = service.node["networks"]?.entries.first { $0.key == attachment.network }?.keyLocation
      if attachment.network != "default", project.document["networks"]?[attachment.network] == nil {
        throw ComposeError(
          location,
          "services.\(service.name): found the network \"\(attachment.network)\", which networks: does not define")
      }
      try address(attachment.node["ipv4_address"], "an IPv4 address") { IPAddress($0)?.v4 != nil }
      try address(attachment.node["ipv6_address"], "an IPv6 address") { IPAddress($0)?.v6 != nil }
      try address(attachment.node["mac_address"], "a MAC address") { MACAddress($0) != nil }
    }
    try address(service.node["mac_address"], "a MAC address") { MACAddress($0) != nil }
    for item in service.node["dns"]?.items ?? [] { try address(item, "an IP address") { IPAddress($0) != nil } }
  }

  private static func address(_ node: Node?, _ expected: String, _ isOne: (String) -> Bool) throws(ComposeError) {
    guard let node, let text = node.text, !isOne(text) else { return }
    throw ComposeError(node.location, "found \(node.summary), expected \(expected)")
  }

  private static func checkVolumes(_ service: Service, _ project: Project) throws(ComposeError) {
    var targets: [String: SourceLocation] = [:]
    for mount in service.mounts {
      if mount["type"]?.text == "volume", let source = mount["source"], let name = source.text,
        project.document["volumes"]?[name] == nil
      {
        throw ComposeError(
          source.location, "services.\(service.name): found the volume \"\(name)\", which volumes: does not define")
      }
      if let kind = mount["type"]?.text, ["cluster", "npipe"].contains(kind) {
        throw ComposeError(
          mount.location, "mounts of type \(kind) are not supported: expected bind, volume, tmpfs or image")
      }
      if mount["type"]?.text == "image", mount["source"] == nil {
        throw ComposeError(mount.location, "the mount's attribute \"source\" is missing")
      }
      guard let target = mount["target"]?.text else { continue }
      if let other = targets.updateValue(mount.location, forKey: target) {
        throw ComposeError(mount.location, "found a second mount on \(target); the first is at line \(other.line)")
      }
    }
  }

  private static func checkFiles(_ service: Service, _ project: Project) throws(ComposeError) {
    for kind in ["secrets", "configs"] {
      for item in service.node[kind]?.items ?? [] {
        guard let source = item["source"], let name = source.text, project.fileSource(kind, name) == nil else {
          continue
        }
        throw ComposeError(
          source.location,
          "services.\(service.name): found the \(kind.dropLast()) \"\(name)\", which \(kind): does not define")
      }
    }
  }

  private static func checkDependencies(_ service: Service, _ project: Project) throws(ComposeError) {
    for dependency in service.dependencies where project.service(dependency.service) == nil {
      guard dependency.isRequired else { continue }
      throw ComposeError(
        dependency.location,
        "services.\(service.name): found the service \"\(dependency.service)\", which services: does not define")
    }
  }

  private static func checkScale(_ service: Service) throws(ComposeError) {
    if let scale = service.node["scale"], let replicas = service.node["deploy"]?["replicas"],
      scale.integer != replicas.integer
    {
      throw ComposeError(
        scale.location,
        "found scale \(scale.text ?? "") and deploy.replicas \(replicas.text ?? ""), expected one number")
    }
    try checkUniqueness(service, count: service.scale)
  }

  /// Throws for attributes that several containers cannot share.
  static func checkUniqueness(_ service: Service, count: Int) throws(ComposeError) {
    guard count > 1 else { return }
    func refuse(_ node: Node, _ what: String, _ expected: String) -> ComposeError {
      ComposeError(
        node.location, "services.\(service.name): found \(what) with \(count) containers, expected \(expected)")
    }
    if let name = service.node["container_name"] { throw refuse(name, "container_name", "one: names are unique") }
    if let mac = service.node["mac_address"] { throw refuse(mac, "mac_address", "one: addresses are unique") }
    for attachment in service.attachments {
      for key in ["ipv4_address", "ipv6_address", "mac_address"] {
        if let address = attachment.node[key] { throw refuse(address, key, "one: addresses are unique") }
      }
    }
    for port in service.node["ports"]?.items ?? [] {
      guard let published = port["published"]?.text, let range = PortRange(published), range.count < count else {
        continue
      }
      throw refuse(port, "the host's port \(published)", "a range of at least as many ports, or none")
    }
  }

  private static func checkExternal(_ entry: Node.Entry, _ kind: String) throws(ComposeError) {
    guard entry.value["external"]?.bool == true else { return }
    let allowed: Set = ["external", "name"]
    guard let other = entry.value.entries.first(where: { !allowed.contains($0.key) && !$0.key.hasPrefix("x-") }) else {
      return
    }
    throw ComposeError(
      other.keyLocation, "\(kind).\(entry.key): found \"\(other.key)\" beside external: true, expected only name")
  }

  private static func checkAddresses(_ network: Node.Entry) throws(ComposeError) {
    for item in network.value["ipam"]?["config"]?.items ?? [] {
      for key in ["subnet", "ip_range"] {
        try address(item[key], "a subnet like 10.1.0.0/16") { IPPrefix($0) != nil }
      }
      try address(item["gateway"], "an IP address") { IPAddress($0) != nil }
      for entry in item["aux_addresses"]?.entries ?? [] {
        try address(entry.value, "an IP address") { IPAddress($0) != nil }
      }
    }
  }

  private static func checkFile(_ entry: Node.Entry, _ kind: String) throws(ComposeError) {
    let one = String(kind.dropLast())
    if entry.value["external"]?.bool == true {
      throw ComposeError(
        entry.keyLocation,
        "\(kind).\(entry.key): external \(kind) are not supported, because they need Swarm; expected a file, an environment variable or content"
      )
    }
    let sources = ["file", "environment", "content"].filter { entry.value[$0] != nil }
    guard sources.count == 1 else {
      let found = sources.isEmpty ? "no source" : sources.joined(separator: " and ")
      throw ComposeError(
        entry.keyLocation,
        "\(kind).\(entry.key): found \(found) of the \(one), expected one of file, environment\(kind == "configs" ? ", content" : "")"
      )
    }
  }
}

/// The later of two locations in one file.
private func max(_ a: SourceLocation, _ b: SourceLocation) -> SourceLocation {
  (a.line, a.column) < (b.line, b.column) ? b : a
}
