/// A project: the merged and normalized files, and which services are active.
package struct Project: Sendable {
  package let name: String
  /// The folder that relative paths refer to.
  package let directory: String
  package let files: [String]
  package internal(set) var environmentFiles: [String] = []
  /// The variables that the files were interpolated with.
  package internal(set) var environment: [String: String] = [:]
  package var document: Node
  /// The names of services whose profiles are not active.
  package private(set) var inactive: Set<String> = []
  /// `--scale`: container counts that override those in the files.
  package var scales: [String: Int] = [:]

  package init(name: String, directory: String, files: [String], document: Node) {
    self.name = name
    self.directory = directory
    self.files = files
    self.document = document
  }

  /// All services by name, inactive ones included.
  package var allServices: [Service] {
    (document["services"]?.entries ?? []).sorted { $0.key < $1.key }.map { Service(name: $0.key, node: $0.value) }
  }

  /// The active services.
  package var services: [Service] { allServices.filter { !inactive.contains($0.name) } }

  package func service(_ name: String) -> Service? {
    document["services"]?[name].map { Service(name: name, node: $0) }
  }

  /// The number of containers of a service.
  package func scale(of service: Service) -> Int { scales[service.name] ?? service.scale }

  /// Deactivates services whose profiles are not requested.
  mutating func activate(profiles: [String]) {
    guard !profiles.contains("*") else { return }
    let asked = Set(profiles)
    inactive = Set(
      allServices.filter { !$0.profiles.isEmpty && asked.isDisjoint(with: $0.profiles) }.map(\.name))
  }

  /// Activates services by name, regardless of profiles.
  ///
  /// - Throws: ``ComposeError`` for an unknown service.
  package mutating func activate(services names: [String]) throws(ComposeError) {
    for name in names {
      guard service(name) != nil else { throw ComposeError(nil, "no such service: \(name)") }
      inactive.remove(name)
    }
  }

  // MARK: Networks and volumes

  /// The networks of the active services, with the default network where a service names none.
  package var networks: [ProjectNetwork] {
    let used = Set(services.flatMap { $0.attachments.map(\.network) })
    return used.sorted().map { network($0) }
  }

  package func network(_ key: String) -> ProjectNetwork {
    ProjectNetwork(key: key, project: name, node: document["networks"]?[key])
  }

  package var volumes: [ProjectVolume] {
    let used = Set(services.flatMap(\.namedVolumes))
    return used.sorted().map { volume($0) }
  }

  package func volume(_ key: String) -> ProjectVolume {
    ProjectVolume(key: key, project: name, node: document["volumes"]?[key])
  }

  /// An entry of `secrets` or `configs`.
  func fileSource(_ kind: String, _ key: String) -> Node? { document[kind]?[key] }
}
