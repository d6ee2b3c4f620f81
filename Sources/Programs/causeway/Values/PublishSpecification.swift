import Addressing
import EngineAPI

/// One value of `-p`: `[address:][host port or range:]container port or range[/protocol]`, an IPv6 address in brackets
/// (docker/go-connections `nat.ParsePortSpec`).
struct PublishSpecification: Hashable, Sendable {
  /// One published container port. The host port is text, because a range means any free port of it; empty means that
  /// the engine chooses.
  struct Binding: Hashable, Sendable {
    var container: TransportPort
    var hostAddress: String
    var hostPort: String
  }

  let bindings: [Binding]

  /// - Throws: ``UsageError`` of kind `value`.
  init(_ text: String) throws(UsageError) {
    if text.contains("=") {
      self.init(bindings: try Self.long(text))
      return
    }
    let (address, host, containerText) = try Self.parts(text)
    var container = containerText
    var transportText = "tcp"
    if let slash = containerText.firstIndex(of: "/") {
      transportText = String(containerText[containerText.index(after: slash)...]).lowercased()
      container = containerText[..<slash]
    }
    guard !container.isEmpty else { throw .value("no port specified: \(text)<empty>") }
    guard let transport = TransportProtocol(rawValue: transportText) else {
      throw .value("invalid proto: \(transportText)")
    }
    guard let inside = PortRange(container) else { throw .value("invalid containerPort: \(container)") }
    var outside: PortRange?
    // Docker takes host port 0 as "choose one".
    if !host.isEmpty, host != "0" {
      guard let range = PortRange(host) else { throw .value("invalid hostPort: \(host)") }
      outside = range
    }
    if let outside, outside.count != inside.count, inside.count != 1 {
      throw .value("invalid ranges specified for container and host Ports: \(container) and \(host)")
    }
    guard address.isEmpty || IPAddress(address) != nil else { throw .value("invalid IP address: \(address)") }
    var bindings: [Binding] = []
    for (offset, port) in inside.ports.enumerated() {
      let hostPort: String
      if let outside {
        // One container port with a range of host ports: any free one of them.
        hostPort =
          inside.count == 1 ? outside.description : String(outside.lowerBound + UInt16(offset))
      } else {
        hostPort = host == "0" ? "0" : ""
      }
      bindings.append(
        Binding(container: TransportPort(port, transport), hostAddress: String(address), hostPort: hostPort))
    }
    self.init(bindings: bindings)
  }

  private init(bindings: [Binding]) {
    self.bindings = bindings
  }

  private static func parts(_ text: String) throws(UsageError) -> (Substring, Substring, Substring) {
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { throw .value("invalid IP address: \(text)") }
      let address = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard rest.first == ":" else { throw .value("invalid IP address: \(text)") }
      guard IPAddress(address)?.v6 != nil else { throw .value("invalid IP address: \(address)") }
      let ports = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
      guard ports.count == 2 else { throw .value("invalid port specification: \(text)") }
      return (address, ports[0], ports[1])
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return ("", "", parts[0])
    case 2: return ("", parts[0], parts[1])
    case 3: return (parts[0], parts[1], parts[2])
    default:
      // An IPv6 address without brackets, which Docker accepts: the last two parts are ports.
      let ports = parts.suffix(2)
      let address = text[..<text.index(before: ports[ports.startIndex].startIndex)]
      return (address, ports[ports.startIndex], ports[ports.startIndex + 1])
    }
  }

  /// The long form, `target=80,published=8080,protocol=tcp`. `mode` applies only to swarm services and is ignored.
  private static func long(_ text: String) throws(UsageError) -> [Binding] {
    var target = ""
    var published = ""
    var transport = "tcp"
    for field in text.split(separator: ",") {
      let pair = field.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { throw .value("invalid field \(field)") }
      switch pair[0].lowercased() {
      case "target": target = pair[1]
      case "published": published = pair[1]
      case "protocol": transport = pair[1]
      case "mode": continue
      default: throw .value("invalid field key \(pair[0])")
      }
    }
    guard !target.isEmpty else { throw .value("missing mandatory field \("target".quoted)") }
    return try PublishSpecification("\(published):\(target)/\(transport)").bindings
  }
}
