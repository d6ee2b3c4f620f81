import Addressing
import EngineModel

/// Decides which containers a list shows.
struct ContainerFilter {
  private let filters: Filters
  private let all: Bool
  private let after: Timestamp?
  private let before: Timestamp?
  private let images: Set<String>?
  private let networks: Set<NetworkID>?
  private let exitCodes: Set<Int32>?
  private let isTask: Bool?

  private static let keys: Set<String> = [
    "ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network",
    "publish", "since", "status", "volume",
  ]
  private static let states: Set<String> = [
    "created", "restarting", "running", "removing", "paused", "exited", "dead",
  ]

  init(_ request: ContainerListRequest, in state: EngineState, images source: any ImageSource) throws(EngineError) {
    filters = request.filters
    try filters.check(allowed: Self.keys)
    if let wrong = filters["status"]?.first(where: { !Self.states.contains($0) }) {
      throw EngineError(.invalidParameter, "invalid filter 'status=\(wrong)'")
    }
    if let wrong = filters["health"]?.first(where: { !["none", "starting", "healthy", "unhealthy"].contains($0) }) {
      throw EngineError(.invalidParameter, "unrecognized filter value for health: \(wrong)")
    }
    // Only swarm mode has tasks.
    isTask = try filters.flag("is-task")
    for key in ["publish", "expose"] {
      for value in filters[key] ?? [] where Self.ports(value) == nil {
        throw EngineError(.invalidParameter, "error while looking up for \(key) \(value): it is not a port")
      }
    }
    // A filter by status or exit code includes stopped containers.
    all = request.all || (request.limit ?? 0) > 0 || filters["status"] != nil || filters["exited"] != nil
    after = try filters["since"]?.first.map { (name) throws(EngineError) in try state.container(name).created }
    before = try filters["before"]?.first.map { (name) throws(EngineError) in try state.container(name).created }
    images = filters["ancestor"].map { names in
      Set(names + names.compactMap { try? source.facts($0).id })
    }
    networks = filters["network"].map { Set($0.compactMap { try? state.network($0).id }) }
    var codes: Set<Int32> = []
    for text in filters["exited"] ?? [] {
      guard let code = Int32(text) else { throw EngineError(.invalidParameter, "invalid filter 'exited=\(text)'") }
      codes.insert(code)
    }
    exitCodes = filters["exited"] == nil ? nil : codes
  }

  func matches(_ container: Container) -> Bool {
    let status = container.state.status
    guard all || container.state.isRunning, isTask != true else { return false }
    guard filters.begins("id", container.id.rawValue), filters.allows("status", status.rawValue) else { return false }
    guard filters.matches("name", container.name, "/\(container.name)") else { return false }
    guard filters.matches(labels: container.configuration.labels) else { return false }
    guard filters.allows("health", container.state.health?.status.rawValue ?? "none") else { return false }
    if let after, container.created <= after { return false }
    if let before, container.created >= before { return false }
    if let images, !images.contains(container.imageID), !images.contains(container.configuration.image) { return false }
    if let networks, !container.endpoints.contains(where: { networks.contains($0.network) }) { return false }
    if let exitCodes, status != .exited || !exitCodes.contains(container.state.exitCode) { return false }
    if let volumes = filters["volume"],
      !container.mounts.contains(where: { volumes.contains($0.name ?? "") || volumes.contains($0.destination) })
    {
      return false
    }
    return matchesPorts(
      "publish", container.publications.map { ($0.hostPort, $0.containerPort.transport.rawValue) })
      && matchesPorts("expose", container.configuration.exposedPorts.map { ($0.number, $0.transport.rawValue) })
  }

  private func matchesPorts(_ key: String, _ ports: [(number: UInt16, transport: String)]) -> Bool {
    guard let values = filters[key] else { return true }
    return values.contains { value in
      guard let (range, transport) = Self.ports(value) else { return false }
      return ports.contains { range.ports.contains($0.number) && $0.transport == transport }
    }
  }

  /// `80`, `80/udp`, `8000-8010/tcp`.
  private static func ports(_ text: String) -> (PortRange, transport: String)? {
    let parts = text.split(separator: "/", maxSplits: 1)
    guard let range = parts.first.flatMap({ PortRange($0) }) else { return nil }
    return (range, parts.count == 2 ? String(parts[1]) : "tcp")
  }
}
