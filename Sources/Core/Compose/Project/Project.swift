/// A project: what its files come to, in canonical form, and which of its services are active.
public struct Project: Sendable {
  public let name: String
  /// What relative paths were relative to.
  public let directory: String
  public let files: [String]
  public internal(set) var environmentFiles: [String] = []
  /// The environment that the files were filled in with.
  public internal(set) var environment: [String: String] = [:]
  public var document: Node
  /// Names of the services that profiles leave out.
  public private(set) var inactive: Set<String> = []
  /// `--scale`: counts that come before the files'.
  public var scales: [String: Int] = [:]

  public init(name: String, directory: String, files: [String], document: Node) {
    self.name = name
    self.directory = directory
    self.files = files
    self.document = document
  }

  /// All services, by name, also those that are not active.
  public var allServices: [Service] {
    (document["services"]?.entries ?? []).sorted { $0.key < $1.key }.map { Service(name: $0.key, node: $0.value) }
  }

  /// The services that commands without names are about.
  public var services: [Service] { allServices.filter { !inactive.contains($0.name) } }

  public func service(_ name: String) -> Service? {
    document["services"]?[name].map { Service(name: name, node: $0) }
  }

  /// How many containers a service shall have.
  public func scale(of service: Service) -> Int { scales[service.name] ?? service.scale }

  /// Leaves out services of which no profile is asked for.
  mutating func activate(profiles: [String]) {
    guard !profiles.contains("*") else { return }
    let asked = Set(profiles)
    inactive = Set(
      allServices.filter { !$0.profiles.isEmpty && asked.isDisjoint(with: $0.profiles) }.map(\.name))
  }

  /// Makes services active that were asked for by name, whatever their profiles.
  ///
  /// - Throws: ``ComposeError`` when there is no such service.
  public mutating func activate(services names: [String]) throws(ComposeError) {
    for name in names {
      guard service(name) != nil else { throw ComposeError(nil, "no such service: \(name)") }
      inactive.remove(name)
    }
  }

  // MARK: Networks and volumes

  /// The project's networks that active services use, and the default one where a service names none.
  public var networks: [ProjectNetwork] {
    let used = Set(services.flatMap { $0.attachments.map(\.network) })
    return used.sorted().map { network($0) }
  }

  public func network(_ key: String) -> ProjectNetwork {
    ProjectNetwork(key: key, project: name, node: document["networks"]?[key])
  }

  public var volumes: [ProjectVolume] {
    let used = Set(services.flatMap(\.namedVolumes))
    return used.sorted().map { volume($0) }
  }

  /// Also those that only inactive services use, for removing.
  public var allVolumes: [ProjectVolume] { (document["volumes"]?.entries ?? []).map { volume($0.key) } }
  public var allNetworks: [ProjectNetwork] {
    let keys = Set(
      (document["networks"]?.entries ?? []).map(\.key) + allServices.flatMap { $0.attachments.map(\.network) })
    return keys.sorted().map { network($0) }
  }

  public func volume(_ key: String) -> ProjectVolume {
    ProjectVolume(key: key, project: name, node: document["volumes"]?[key])
  }

  /// A file of `secrets` or `configs`.
  func fileSource(_ kind: String, _ key: String) -> Node? { document[kind]?[key] }
}
