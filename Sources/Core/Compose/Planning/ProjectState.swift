package import EngineAPI

/// The engine's objects that matter for a project.
package struct ProjectState: Sendable {
  package var containers: [ObservedContainer] = []
  /// All networks of the engine, by name.
  package var networks: [String: Wire.Network] = [:]
  /// All volumes of the engine, by name.
  package var volumes: [String: Wire.Volume] = [:]
  /// The image ids by image name.
  package var images: [String: String] = [:]

  package init() {}

  /// A service's own containers, sorted by number.
  package func containers(of service: String) -> [ObservedContainer] {
    containers.filter { $0.service == service && !$0.isOneOff }.sorted { $0.number < $1.number }
  }
}

/// A container from the engine's list, with the values of its Compose labels.
package struct ObservedContainer: Sendable, Hashable {
  package let id: String
  package let name: String
  package let labels: [String: String]
  /// `running`, `exited`, …
  package let state: String
  package let imageID: String
  package let networks: Set<String>

  package init(_ summary: Wire.ContainerSummary) {
    id = summary.Id
    name = summary.Names.first.map { String($0.drop { $0 == "/" }) } ?? summary.Id
    labels = summary.Labels
    state = summary.State
    imageID = summary.ImageID
    networks = Set(summary.NetworkSettings.Networks.keys)
  }

  package init(
    id: String, name: String, labels: [String: String], state: String, imageID: String = "", networks: Set<String> = []
  ) {
    self.id = id
    self.name = name
    self.labels = labels
    self.state = state
    self.imageID = imageID
    self.networks = networks
  }

  package var project: String { labels[ComposeLabel.project] ?? "" }
  package var service: String { labels[ComposeLabel.service] ?? "" }
  package var number: Int { labels[ComposeLabel.number].flatMap { Int($0) } ?? 0 }
  package var isOneOff: Bool { labels[ComposeLabel.oneOff] == "True" }
  package var isRunning: Bool { state == "running" || state == "restarting" }

  /// The services that this container's service depends on, by its label.
  package var dependencies: [String] {
    (labels[ComposeLabel.dependsOn] ?? "").split(separator: ",").compactMap { entry in
      entry.split(separator: ":").first.map(String.init)
    }
  }

  /// The name without the project, as logs show it: `web-1`.
  package var shortName: String {
    name.hasPrefix("\(project)-") ? String(name.dropFirst(project.count + 1)) : name
  }
}
