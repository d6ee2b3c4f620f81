package import Addressing
package import EngineModel

/// Ports as the API writes them: `80/tcp` for a container's, a number, a range or nothing for the host's.
package enum PortText {
  /// - Throws: `invalidParameter` with dockerd's message.
  package static func containerPort(_ text: String) throws(EngineError) -> TransportPort {
    guard let port = TransportPort(text) else {
      throw EngineError(.invalidParameter, "invalid port specification: \"\(text)\"")
    }
    return port
  }

  /// `nil` for `""` and `"0"`: the engine chooses.
  ///
  /// - Throws: `invalidParameter` with dockerd's message.
  package static func hostPorts(_ text: String) throws(EngineError) -> PortRange? {
    if text.isEmpty || text == "0" { return nil }
    guard let range = PortRange(text) else {
      throw EngineError(.invalidParameter, "invalid port specification: \"\(text)\"")
    }
    return range
  }

  static func exposed(_ ports: [String: Wire.Empty]?) throws(EngineError) -> Set<TransportPort> {
    var result: Set<TransportPort> = []
    for key in (ports ?? [:]).keys { result.insert(try containerPort(key)) }
    return result
  }

  static func bindings(
    _ bindings: [String: [Wire.PortBinding]]?
  ) throws(EngineError) -> [TransportPort: [PortBinding]] {
    var result: [TransportPort: [PortBinding]] = [:]
    for (key, list) in (bindings ?? [:]).sorted(by: { $0.key < $1.key }) {
      let port = try containerPort(key)
      // A port without a binding is exposed, as in Docker, and not published.
      result[port, default: []] += []
      for binding in list { result[port, default: []].append(try self.binding(binding)) }
    }
    return result
  }

  private static func binding(_ wire: Wire.PortBinding) throws(EngineError) -> PortBinding {
    let ports = try hostPorts(wire.HostPort)
    guard !wire.HostIp.isEmpty else { return PortBinding(hostPorts: ports) }
    let text =
      wire.HostIp.hasPrefix("[") && wire.HostIp.hasSuffix("]") ? wire.HostIp.dropFirst().dropLast() : wire.HostIp[...]
    guard let address = IPAddress(text) else {
      throw EngineError(.invalidParameter, "invalid IP address: \(wire.HostIp)")
    }
    return PortBinding(hostAddress: address, hostPorts: ports)
  }

  static func wire(_ bindings: [TransportPort: [PortBinding]]) -> [String: [Wire.PortBinding]] {
    Dictionary(
      bindings.map { port, list in
        let texts = list.map {
          Wire.PortBinding(
            HostIp: $0.hostAddress.map(\.description) ?? "", HostPort: $0.hostPorts.map(\.description) ?? "")
        }
        return (port.description, texts)
      }, uniquingKeysWith: { $0 + $1 })
  }
}
