import JSON
package import Addressing
package import EngineModel

/// The ports of a container in the form of the plugin protocol. The plugin publishes them.
package struct EndpointPorts: Sendable, Hashable {
  package var exposed: [TransportPort]
  package var published: [TransportPort: [PortBinding]]

  package init(exposed: [TransportPort] = [], published: [TransportPort: [PortBinding]] = [:]) {
    self.exposed = exposed
    self.published = published
  }

  /// Moby's `types.TransportPort` and `types.PortBinding`.
  var members: [JSONMember] {
    var members: [JSONMember] = []
    let all = Set(exposed).union(published.keys).sorted()
    if !all.isEmpty {
      members.append(
        JSONMember("com.docker.network.endpoint.exposedports", .array(all.map { .object(Self.members(of: $0)) })))
    }
    let bindings = published.sorted { $0.key < $1.key }.flatMap { port, requests in
      (requests.isEmpty ? [PortBinding()] : requests).map { Self.binding(port, $0) }
    }
    if !bindings.isEmpty { members.append(JSONMember("com.docker.network.portmap", .array(bindings))) }
    return members
  }

  /// IP protocol numbers.
  private static func members(of port: TransportPort) -> [JSONMember] {
    let number =
      switch port.transport {
      case .tcp: 6
      case .udp: 17
      case .sctp: 132
      }
    return [JSONMember("Proto", .number("\(number)")), JSONMember("Port", .number("\(port.number)"))]
  }

  private static func binding(_ port: TransportPort, _ requested: PortBinding) -> JSONValue {
    .object(
      members(of: port) + [
        JSONMember("IP", .string("")), JSONMember("HostIP", .string(requested.hostAddress?.description ?? "")),
        JSONMember("HostPort", .number("\(requested.hostPorts?.lowerBound ?? 0)")),
        JSONMember("HostPortEnd", .number("\(requested.hostPorts?.upperBound ?? 0)")),
      ])
  }
}
