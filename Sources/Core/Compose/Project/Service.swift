/// A service of a normalized file.
package struct Service: Sendable {
  package let name: String
  package let node: Node

  package init(name: String, node: Node) {
    self.name = name
    self.node = node
  }

  package var location: SourceLocation { node.location }
  package var build: Node? { node["build"] }
  package var profiles: [String] { node["profiles"]?.texts ?? [] }
  package var containerName: String? { node["container_name"]?.text }

  /// The image of the containers. A service with `build` and no `image` gets a name derived from the project's.
  package func image(in project: String) -> String { node["image"]?.text ?? "\(project)-\(name)" }

  /// The number of containers that the files specify.
  package var scale: Int {
    (node["scale"]?.integer ?? node["deploy"]?["replicas"]?.integer).map(Int.init) ?? 1
  }

  // MARK: Dependencies

  package struct Dependency: Sendable, Hashable {
    package enum Condition: String, Sendable {
      case started = "service_started"
      case healthy = "service_healthy"
      case completed = "service_completed_successfully"
    }

    package let service: String
    package let condition: Condition
    /// Whether the dependency must exist.
    package let isRequired: Bool
    /// Whether this service restarts together with the dependency.
    package let restarts: Bool
    let location: SourceLocation
  }

  /// The services that must be up before this one starts: `depends_on`, and services that share namespaces, volumes or
  /// links with it.
  package var dependencies: [Dependency] {
    var result = (node["depends_on"]?.entries ?? []).map { entry in
      Dependency(
        service: entry.key, condition: entry.value["condition"]?.text.flatMap(Dependency.Condition.init) ?? .started,
        isRequired: entry.value["required"]?.bool ?? true, restarts: entry.value["restart"]?.bool ?? false,
        location: entry.keyLocation)
    }
    for (name, location) in sharedServices where !result.contains(where: { $0.service == name }) {
      result.append(
        Dependency(service: name, condition: .started, isRequired: true, restarts: true, location: location))
    }
    return result
  }

  /// Services whose containers must exist before this service's container is created.
  var sharedServices: [(name: String, location: SourceLocation)] {
    var result: [(String, SourceLocation)] = []
    for key in ["network_mode", "ipc", "pid"] {
      if let node = node[key], let text = node.text, text.hasPrefix("service:") {
        result.append((String(text.dropFirst("service:".count)), node.location))
      }
    }
    for item in node["volumes_from"]?.items ?? [] {
      guard let text = item.text, !text.hasPrefix("container:") else { continue }
      result.append((text.split(separator: ":").first.map(String.init) ?? text, item.location))
    }
    for item in node["links"]?.items ?? [] {
      guard let text = item.text else { continue }
      result.append((text.split(separator: ":").first.map(String.init) ?? text, item.location))
    }
    return result
  }

  // MARK: Networks and volumes

  package struct Attachment: Sendable {
    package let network: String
    let node: Node
    var priority: Double { node["priority"]?.text.flatMap(Double.init) ?? 0 }
  }

  /// The service's networks, the one with the highest priority first.
  package var attachments: [Attachment] {
    guard node["network_mode"] == nil else { return [] }
    guard let networks = node["networks"], !networks.entries.isEmpty else {
      return [Attachment(network: "default", node: Node(.mapping([]), at: node.location))]
    }
    return networks.entries.map { Attachment(network: $0.key, node: $0.value) }
      .sorted { ($1.priority, $0.network) < ($0.priority, $1.network) }
  }

  /// The mounts in long form.
  var mounts: [Node] { node["volumes"]?.items ?? [] }

  /// The project's volumes that the service mounts.
  package var namedVolumes: [String] {
    mounts.filter { $0["type"]?.text == "volume" }.compactMap { $0["source"]?.text }
  }
}
