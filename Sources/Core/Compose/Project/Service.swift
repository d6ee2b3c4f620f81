/// A service, read from its canonical form.
public struct Service: Sendable {
  public let name: String
  public let node: Node

  public init(name: String, node: Node) {
    self.name = name
    self.node = node
  }

  public var place: Place { node.place }
  public var build: Node? { node["build"] }
  public var profiles: [String] { node["profiles"]?.texts ?? [] }
  public var containerName: String? { node["container_name"]?.text }

  /// The image that containers are made of; one that is built gets a name of the project's unless it has one.
  public func image(in project: String) -> String { node["image"]?.text ?? "\(project)-\(name)" }

  /// How many containers the files ask for.
  public var scale: Int {
    (node["scale"]?.integer ?? node["deploy"]?["replicas"]?.integer).map(Int.init) ?? 1
  }

  // MARK: Dependencies

  public struct Dependency: Sendable, Hashable {
    public enum Condition: String, Sendable {
      case started = "service_started"
      case healthy = "service_healthy"
      case completed = "service_completed_successfully"
    }

    public let service: String
    public let condition: Condition
    /// Whether it must be there at all.
    public let isRequired: Bool
    /// Whether this service is started again with it.
    public let restarts: Bool
    let place: Place
  }

  /// What must be there before this service is started: `depends_on`, and what it shares namespaces, volumes and names with.
  public var dependencies: [Dependency] {
    var result = (node["depends_on"]?.entries ?? []).map { entry in
      Dependency(
        service: entry.key, condition: entry.value["condition"]?.text.flatMap(Dependency.Condition.init) ?? .started,
        isRequired: entry.value["required"]?.bool ?? true, restarts: entry.value["restart"]?.bool ?? false,
        place: entry.keyPlace)
    }
    for (name, place) in sharedServices where !result.contains(where: { $0.service == name }) {
      result.append(
        Dependency(service: name, condition: .started, isRequired: true, restarts: true, place: place))
    }
    return result
  }

  /// Services whose container must exist for this one's to be made.
  var sharedServices: [(name: String, place: Place)] {
    var result: [(String, Place)] = []
    for key in ["network_mode", "ipc", "pid"] {
      if let node = node[key], let text = node.text, text.hasPrefix("service:") {
        result.append((String(text.dropFirst("service:".count)), node.place))
      }
    }
    for item in node["volumes_from"]?.items ?? [] {
      guard let text = item.text, !text.hasPrefix("container:") else { continue }
      result.append((text.split(separator: ":").first.map(String.init) ?? text, item.place))
    }
    for item in node["links"]?.items ?? [] {
      guard let text = item.text else { continue }
      result.append((text.split(separator: ":").first.map(String.init) ?? text, item.place))
    }
    return result
  }

  // MARK: Networks and volumes

  public struct Attachment: Sendable {
    public let network: String
    let node: Node
    var priority: Double { node["priority"]?.text.flatMap(Double.init) ?? 0 }
  }

  /// The networks it is on, the one with the highest priority first.
  public var attachments: [Attachment] {
    guard node["network_mode"] == nil else { return [] }
    guard let networks = node["networks"], !networks.entries.isEmpty else {
      return [Attachment(network: "default", node: Node(.mapping([]), at: node.place))]
    }
    return networks.entries.map { Attachment(network: $0.key, node: $0.value) }
      .sorted { ($1.priority, $0.network) < ($0.priority, $1.network) }
  }

  /// The mounts, in canonical form.
  var mounts: [Node] { node["volumes"]?.items ?? [] }

  /// The project's volumes it mounts.
  public var namedVolumes: [String] {
    mounts.filter { $0["type"]?.text == "volume" }.compactMap { $0["source"]?.text }
  }
}
