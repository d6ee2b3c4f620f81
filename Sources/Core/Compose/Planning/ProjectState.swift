public import EngineAPI

/// The engine's objects that matter for a project.
public struct ProjectState: Sendable {
  public var containers: [ObservedContainer] = []
  /// All networks of the engine, by name.
  public var networks: [String: Wire.Network] = [:]
  /// All volumes of the engine, by name.
  public var volumes: [String: Wire.Volume] = [:]
  /// The image ids by image name.
  public var images: [String: String] = [:]

  public init() {}

  /// A service's own containers, sorted by number.
  public func containers(of service: String) -> [ObservedContainer] {
    containers.filter { $0.service == service && !$0.isOneOff }.sorted { $0.number < $1.number }
  }
}

/// A container from the engine's list, with the values of its Compose labels.
public struct ObservedContainer: Sendable, Hashable {
  public let id: String
  public let name: String
  public let labels: [String: String]
  /// `running`, `exited`, …
  public let state: String
  public let imageID: String
  public let networks: Set<String>

  public init(_ summary: Wire.ContainerSummary) {
    id = summary.Id
    name = summary.Names.first.map { String($0.drop { $0 == "/" }) } ?? summary.Id
    labels = summary.Labels
    state = summary.State
    imageID = summary.ImageID
    networks = Set(summary.NetworkSettings.Networks.keys)
  }

  public init(
    id: String, name: String, labels: [String: String], state: String, imageID: String = "", networks: Set<String> = []
  ) {
    self.id = id
    self.name = name
    self.labels = labels
    self.state = state
    self.imageID = imageID
    self.networks = networks
  }

  public var project: String { labels[ComposeLabel.project] ?? "" }
  public var service: String { labels[ComposeLabel.service] ?? "" }
  public var number: Int { labels[ComposeLabel.number].flatMap { Int($0) } ?? 0 }
  public var isOneOff: Bool { labels[ComposeLabel.oneOff] == "True" }
  public var isRunning: Bool { state == "running" || state == "restarting" }

  /// The services that this container's service depends on, by its label.
  public var dependencies: [String] {
    (labels[ComposeLabel.dependsOn] ?? "").split(separator: ",").compactMap { entry in
      entry.split(separator: ":").first.map(String.init)
    }
  }

  /// The name without the project, as logs show it: `web-1`.
  public var shortName: String {
    name.hasPrefix("\(project)-") ? String(name.dropFirst(project.count + 1)) : name
  }
}
