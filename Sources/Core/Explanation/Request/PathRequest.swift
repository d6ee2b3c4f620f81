package import Addressing
package import EngineModel

/// What to explain: the origin, the target, and the packet that goes from one to the other.
package struct PathRequest: Sendable, Hashable {
  package enum Origin: Sendable, Hashable {
    case host
    case container(ContainerID)
    /// A host outside: its address, and the link on which its packets arrive. The explainer chooses what is `nil`.
    case outside(IPAddress?, via: InterfaceName?)
  }

  package enum Target: Sendable, Hashable {
    case host
    case outside
    case address(IPAddress)
    case name(String)
  }

  package var origin: Origin
  package var target: Target
  package var probe: Probe
  /// 0 for a ping.
  package var port: UInt16
  /// The origin as the user typed it.
  package var from: String
  package var to: String

  package init(origin: Origin, target: Target, probe: Probe, port: UInt16 = 0, from: String, to: String) {
    self.origin = origin
    self.target = target
    self.probe = probe
    self.port = port
    self.from = from
    self.to = to
  }

  var transportPort: TransportPort? {
    switch probe {
    case .tcp: TransportPort(port, .tcp)
    case .udp: TransportPort(port, .udp)
    case .ping: nil
    }
  }
}

/// A target as users type it: `db`, `db:5000`, `10.0.0.2:53/udp`, `[fd00::2]:80`, `http://db:5000/x`.
package struct PathTarget: Sendable, Hashable {
  package var target: PathRequest.Target
  package var probe = Probe.ping
  package var port: UInt16 = 0

  /// The default ports of URL schemes (IANA).
  static let defaultPorts: [String: UInt16] = [
    "http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21, "ssh": 22, "postgres": 5432, "postgresql": 5432,
    "mysql": 3306, "mariadb": 3306, "redis": 6379, "mongodb": 27017, "amqp": 5672, "mqtt": 1883, "ldap": 389,
    "smtp": 25, "dns": 53, "nats": 4222, "memcached": 11211,
  ]

  /// - Throws: `invalidParameter` with the reason.
  package init(_ text: String) throws(EngineError) {
    func invalid(_ reason: String) -> EngineError {
      EngineError(.invalidParameter, "invalid destination \"\(text)\": \(reason)")
    }
    var rest = text[...]
    var defaultPort: UInt16?
    if let separator = text.firstRange(of: "://") {
      let scheme = text[..<separator.lowerBound].lowercased()
      rest = text[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      // User information is ignored.
      if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
      if scheme == "udp" { probe = .udp } else { probe = .tcp }
      defaultPort = Self.defaultPorts[scheme]
    }
    let (name, port) = try Self.split(rest, invalid)
    guard !name.isEmpty else { throw invalid("there is no name in it") }
    if let port {
      let parts = port.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count < 3, let number = UInt16(parts[0]), number > 0 else {
        throw invalid("\"\(port)\" is no port")
      }
      self.port = number
      let transport = parts.count == 2 ? parts[1].lowercased() : probe == .udp ? "udp" : "tcp"
      guard transport == "tcp" || transport == "udp" else { throw invalid("the protocol is tcp or udp") }
      probe = transport == "udp" ? .udp : .tcp
    } else if let defaultPort {
      self.port = defaultPort
    } else if probe != .ping {
      throw invalid("there is no port in it")
    }
    if let address = IPAddress(name) {
      guard !address.isMulticast else { throw invalid("\(address) is that of a group") }
      guard !address.isUnspecified else { throw invalid("\(address) stands for all addresses; name one") }
      guard address.family == .ipv4 || !address.isLinkLocal else {
        throw invalid("\(address) means something on a link only")
      }
    }
    switch name.lowercased() {
    case "host": target = .host
    case "outside": target = .outside
    default:
      target = IPAddress(name).map { .address($0) } ?? .name(name.hasSuffix(".") ? String(name.dropLast()) : name)
    }
  }

  private static func split(
    _ text: Substring, _ invalid: (String) -> EngineError
  ) throws(EngineError) -> (name: String, port: String?) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw invalid("the bracket is not closed") }
      let name = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      guard IPAddress(name)?.family == .ipv6 else { throw invalid("\"\(name)\" is no IPv6 address") }
      guard !rest.isEmpty else { return (name, nil) }
      guard rest.hasPrefix(":") else { throw invalid("a colon and a port may follow the bracket") }
      return (name, String(rest.dropFirst()))
    }
    if IPAddress(text) != nil { return (String(text), nil) }
    guard let colon = text.firstIndex(of: ":") else {
      guard !text.contains("/") else { throw invalid("a protocol needs a port before it") }
      return (String(text), nil)
    }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}
