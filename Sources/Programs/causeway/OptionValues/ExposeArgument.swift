import Addressing
import EngineAPI

/// One value of `--expose`: `80`, `80/udp`, `8000-8010/tcp`.
struct ExposeArgument: Hashable, Sendable {
  let ports: [TransportPort]

  init(_ text: String) throws(UsageError) {
    guard !text.contains(":") else { throw .value("invalid port format for --expose: \(text)") }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let range = PortRange(parts[0]) else {
      throw .value(
        "invalid range format for --expose: \(text), error: strconv.ParseUint: parsing \(parts[0].quoted): invalid syntax"
      )
    }
    guard let transport = parts.count == 2 ? TransportProtocol(rawValue: parts[1].lowercased()) : .tcp else {
      throw .value("invalid proto: \(parts[1])")
    }
    ports = range.ports.map { TransportPort($0, transport) }
  }
}
