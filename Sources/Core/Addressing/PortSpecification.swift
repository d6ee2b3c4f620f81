/// Published ports in Docker's short form, `[address:][host port or range:]container port or range[/protocol]`. An IPv6
/// address stands in brackets; Docker also accepts it without (docker/go-connections `nat.ParsePortSpec`).
package struct PortSpecification: Hashable, Sendable {
  /// What is wrong with a text. Each caller reports it in its own words.
  package enum Failure: Error, Equatable {
    case malformed
    case missingContainerPort
    case unknownProtocol(String)
    case invalidContainerPort(String)
    case invalidHostPort(String)
    case invalidAddress(String)
    /// A range of container ports needs a range of host ports of the same size.
    case differentRanges(container: PortRange, host: PortRange)
  }

  /// Empty for all addresses.
  package let hostAddress: String
  /// `nil` when the engine chooses a host port for each container port.
  package let hostPorts: PortRange?
  /// Whether the text names host port 0, which also means that the engine chooses.
  package let hasHostPortZero: Bool
  package let containerPorts: PortRange
  package let transport: TransportProtocol

  package init(_ text: String) throws(Failure) {
    let (address, host, containerText) = try Self.parts(text)
    var container = containerText
    var transportText = "tcp"
    if let slash = container.firstIndex(of: "/") {
      transportText = container[container.index(after: slash)...].lowercased()
      container = container[..<slash]
    }
    guard !container.isEmpty else { throw .missingContainerPort }
    guard let transport = TransportProtocol(rawValue: transportText) else { throw .unknownProtocol(transportText) }
    guard let containerPorts = PortRange(container) else { throw .invalidContainerPort(String(container)) }
    hasHostPortZero = host == "0"
    var hostPorts: PortRange?
    if !host.isEmpty, host != "0" {
      guard let range = PortRange(host) else { throw .invalidHostPort(String(host)) }
      guard range.count == containerPorts.count || containerPorts.count == 1 else {
        throw .differentRanges(container: containerPorts, host: range)
      }
      hostPorts = range
    }
    guard address.isEmpty || IPAddress(address) != nil else { throw .invalidAddress(String(address)) }
    hostAddress = String(address)
    self.hostPorts = hostPorts
    self.containerPorts = containerPorts
    self.transport = transport
  }

  /// Each container port with its host ports: one port, or for a single container port any free port of a range; `nil` when
  /// the engine chooses.
  package var bindings: [(container: TransportPort, host: PortRange?)] {
    containerPorts.ports.enumerated().map { offset, port in
      let container = TransportPort(port, transport)
      guard let hostPorts, containerPorts.count > 1 else { return (container, hostPorts) }
      let host = hostPorts.lowerBound + UInt16(offset)
      return (container, PortRange(host, host))
    }
  }

  private static func parts(_ text: String) throws(Failure) -> (Substring, Substring, Substring) {
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]"), text[text.index(after: close)...].first == ":" else {
        throw .invalidAddress(text)
      }
      let address = text[text.index(after: text.startIndex)..<close]
      guard IPAddress(address)?.v6 != nil else { throw .invalidAddress(String(address)) }
      let ports = text[text.index(after: close)...].dropFirst().split(separator: ":", omittingEmptySubsequences: false)
      guard ports.count == 2 else { throw .malformed }
      return (address, ports[0], ports[1])
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return ("", "", parts[0])
    case 2: return ("", parts[0], parts[1])
    case 3: return (parts[0], parts[1], parts[2])
    default:
      // An IPv6 address without brackets: the last two parts are ports.
      let host = parts[parts.count - 2]
      return (text[..<text.index(before: host.startIndex)], host, parts[parts.count - 1])
    }
  }
}
