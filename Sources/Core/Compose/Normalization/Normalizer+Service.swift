internal import Addressing

extension Normalizer {
  func service(_ node: Node) throws(ComposeError) -> Node {
    var result = node
    for key in ["labels", "annotations", "environment", "sysctls"] { try result.change(key, Self.map) }
    for key in ["command", "entrypoint"] { try result.change(key, Self.command) }
    for key in ["dns", "dns_search", "tmpfs", "label_file"] { try result.change(key, Self.list) }
    try result.change("extra_hosts", Self.hosts)
    try result.change("build", build)
    try result.change("extends") { node throws(ComposeError) in
      guard node.isMapping else { return .mapping(["service": node], at: node.location) }
      var result = node
      try result.change("file", absolute)
      return result
    }
    try result.change("depends_on") { node throws(ComposeError) in
      var result = Self.names(node) { .mapping(["condition": .text("service_started", at: $0)], at: $0) }
      for entry in result.entries where entry.value["required"] == nil {
        result[entry.key]?["required"] = .bool(true, at: entry.value.location)
      }
      return result
    }
    try result.change("networks") { node throws(ComposeError) in Self.names(node) { .null(at: $0) } }
    try result.change("env_file", envFiles)
    try result.change("label_file", absolutes)
    try result.change("ports", ports)
    try result.change("expose", exposed)
    try result.change("volumes", volumes)
    for key in ["secrets", "configs"] {
      try result.change(key) { node throws(ComposeError) in Self.longForms(node, "source") }
    }
    try result.change("devices", devices)
    try result.change("healthcheck", healthcheck)
    try result.change("cpu_quota", Self.microseconds)
    for key in ["cpu_period", "cpu_rt_period", "cpu_rt_runtime"] { try result.change(key, Self.microseconds) }
    for key in ["post_start", "pre_stop"] { try result.change(key, hooks) }
    return result
  }

  private func build(_ node: Node) throws(ComposeError) -> Node {
    var result = node.isMapping ? node : .mapping(["context": node], at: node.location)
    if result["context"] == nil { result["context"] = .text(".", at: node.location) }
    try result.change("context") { context throws(ComposeError) in
      let isAddress = context.text.map { $0.contains("://") || $0.hasPrefix("git@") || $0.hasPrefix("github.com/") }
      return isAddress == true ? context : try absolute(context)
    }
    if let inline = result["dockerfile_inline"], result["dockerfile"] != nil {
      throw ComposeError(inline.location, "found both dockerfile and dockerfile_inline, expected one of them")
    }
    for key in ["args", "labels"] { try result.change(key, Self.map) }
    try result.change("extra_hosts", Self.hosts)
    return result
  }

  private func absolutes(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items { items.append(try absolute(item)) }
    return Node(.sequence(items), at: node.location)
  }

  private func envFiles(_ node: Node) throws(ComposeError) -> Node {
    var result = Self.longForms(try Self.list(node), "path")
    var items: [Node] = []
    for item in result.items {
      var item = item
      try item.change("path", absolute)
      if item["required"] == nil { item["required"] = .bool(true, at: item.location) }
      items.append(item)
    }
    result.content = .sequence(items)
    return result
  }

  private static func longForms(_ node: Node, _ key: String) -> Node {
    var result = node
    result.content = .sequence(
      node.items.map { $0.isMapping ? $0 : Node(.mapping([Node.Entry(key, at: $0.location, $0)]), at: $0.location) })
    return result
  }

  private func ports(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items {
      guard let text = item.text else {
        items.append(try longPort(item))
        continue
      }
      do throws(PortSpecification.Failure) {
        items += Self.ports(try PortSpecification(text), at: item.location)
      } catch {
        throw ComposeError(item.location, "found \(Self.message(error)), in the port \"\(text)\"")
      }
    }
    return Node(.sequence(items), at: node.location)
  }

  private static func ports(_ specification: PortSpecification, at location: SourceLocation) -> [Node] {
    let address = specification.hostAddress
    return specification.bindings.map { container, host in
      .mapping(
        [
          "mode": .text("ingress", at: location),
          "host_ip": address.isEmpty ? nil : .text(address, at: location),
          "target": .integer(container.number, at: location),
          "published": host.map { .text($0.description, at: location) },
          "protocol": .text(container.transport.rawValue, at: location),
        ], at: location)
    }
  }

  private static func message(_ failure: PortSpecification.Failure) -> String {
    switch failure {
    case .malformed: "too many or too few parts"
    case .missingContainerPort: "no container port"
    case .unknownProtocol(let name): "the protocol \"\(name)\", expected tcp, udp or sctp"
    case .invalidContainerPort(let port):
      "\"\(port)\" as the container's port, expected a number from 1 to 65535 or a range"
    case .invalidHostPort(let port): "\"\(port)\" as the host's port, expected a number from 1 to 65535 or a range"
    case .invalidAddress(let address): "\"\(address)\" as the host's address, expected an IP address"
    case .differentRanges(let container, let host):
      "\(host.count) host ports for \(container.count) container ports, expected as many"
    }
  }

  private func longPort(_ node: Node) throws(ComposeError) -> Node {
    var result = node
    if result["mode"] == nil { result["mode"] = .text("ingress", at: node.location) }
    if result["protocol"] == nil { result["protocol"] = .text("tcp", at: node.location) }
    if let published = node["published"], let text = published.text {
      if text == "0" {
        result["published"] = nil
      } else if PortRange(text) == nil {
        throw ComposeError(
          published.location, "found \"\(text)\" as the host's port, expected a number from 1 to 65535 or a range")
      }
    }
    if let address = node["host_ip"], let text = address.text, !text.isEmpty, IPAddress(text) == nil {
      throw ComposeError(address.location, "found \"\(text)\" as the host's address, expected an IP address")
    }
    return result
  }

  private func exposed(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items {
      let parts = (item.text ?? "").split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let transport = parts.count == 2 ? TransportProtocol(rawValue: parts[1].lowercased()) : .tcp
      guard let range = parts.first.flatMap({ PortRange($0) }), transport != nil else {
        throw ComposeError(item.location, "found \(item.summary), expected a port like 80, 80/udp or 8000-8010")
      }
      let suffix = parts.count == 2 ? "/\(parts[1].lowercased())" : ""
      items += range.ports.map { .text("\($0)\(suffix)", at: item.location) }
    }
    return Node(.sequence(items), at: node.location)
  }

  private func volumes(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items {
      var mount = item
      if let text = item.text {
        guard let short = VolumeShorthand(text) else {
          throw ComposeError(item.location, "found \(item.summary), expected source:target or source:target:options")
        }
        mount = try short.node(at: item.location)
      }
      guard let target = mount["target"]?.text, target.hasPrefix("/") else {
        throw ComposeError(
          mount["target"]?.location ?? mount.location,
          "found \(mount["target"]?.summary ?? "nothing") as a mount's target, expected an absolute path")
      }
      if mount["type"]?.text == "bind" {
        guard mount["source"] != nil else {
          throw ComposeError(mount.location, "the mount's attribute \"source\" is missing")
        }
        try mount.change("source", absolute)
      }
      try mount.change("volume") { volume throws(ComposeError) in
        var volume = volume
        try volume.change("labels", Self.map)
        return volume
      }
      items.append(mount)
    }
    return Node(.sequence(items), at: node.location)
  }

  private func devices(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items {
      var device = item
      if let text = item.text {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts[0].isEmpty else {
          throw ComposeError(item.location, "found \(item.summary), expected source:target:permissions")
        }
        // `source:rwm` has no target.
        let hasTarget = parts.count > 1 && parts[1].hasPrefix("/")
        device = .mapping(
          [
            "source": .text(parts[0], at: item.location),
            "target": .text(hasTarget ? parts[1] : parts[0], at: item.location),
            "permissions": .text(
              parts.count == 3 ? parts[2] : parts.count == 2 && !hasTarget ? parts[1] : "rwm", at: item.location),
          ], at: item.location)
      }
      items.append(device)
    }
    return Node(.sequence(items), at: node.location)
  }

  private func healthcheck(_ node: Node) throws(ComposeError) -> Node {
    var result = node
    try result.change("test") { test throws(ComposeError) in
      if let text = test.text {
        return Node(
          .sequence([.text("CMD-SHELL", at: test.location), .text(text, at: test.location)]), at: test.location)
      }
      if let first = test.items.first, !["NONE", "CMD", "CMD-SHELL"].contains(first.text ?? "") {
        throw ComposeError(
          first.location, "found \(first.summary) as the first item of a health check, expected NONE, CMD or CMD-SHELL")
      }
      return test
    }
    return result
  }

  private func hooks(_ node: Node) throws(ComposeError) -> Node {
    var items: [Node] = []
    for item in node.items {
      var item = item
      try item.change("command", Self.command)
      try item.change("environment", Self.map)
      items.append(item)
    }
    return Node(.sequence(items), at: node.location)
  }

  /// Converts a duration to microseconds, the unit of a plain number.
  private static func microseconds(_ node: Node) throws(ComposeError) -> Node {
    guard node.integer == nil, let span = node.text.flatMap({ ComposeDuration($0) }) else { return node }
    return .integer(span.nanoseconds / 1000, at: node.location)
  }
}
