package import Addressing
package import EngineModel

/// The question: origin, target, protocol and port.
package struct PathRequest: Sendable, Hashable {
  package enum Origin: Sendable, Hashable {
    case host
    case container(ContainerID)
    /// A host outside: its address and the link it arrives on. `nil` values are chosen.
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
  package var question: Question
  /// 0 for a ping.
  package var port: UInt16
  /// The origin as the user typed it.
  package var from: String
  package var to: String

  package init(origin: Origin, target: Target, question: Question, port: UInt16 = 0, from: String, to: String) {
    self.origin = origin
    self.target = target
    self.question = question
    self.port = port
    self.from = from
    self.to = to
  }

  var transportPort: TransportPort? {
    switch question {
    case .tcp: TransportPort(port, .tcp)
    case .udp: TransportPort(port, .udp)
    case .ping: nil
    }
  }
}

/// A target as users type it: `db`, `db:5000`, `10.0.0.2:53/udp`, `[fd00::2]:80`, `http://db:5000/x`.
package struct PathTarget: Sendable, Hashable {
  package var target: PathRequest.Target
  package var question = Question.ping
  package var port: UInt16 = 0

  /// The default ports of URL schemes (IANA).
  static let schemes: [String: UInt16] = [
    "http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21, "ssh": 22, "postgres": 5432, "postgresql": 5432,
    "mysql": 3306, "mariadb": 3306, "redis": 6379, "mongodb": 27017, "amqp": 5672, "mqtt": 1883, "ldap": 389,
    "smtp": 25, "dns": 53, "nats": 4222, "memcached": 11211,
  ]

  /// - Throws: `invalidParameter` with the reason.
  package init(_ text: String) throws(EngineError) {
    func wrong(_ why: String) -> EngineError {
      EngineError(.invalidParameter, "invalid destination \"\(text)\": \(why)")
    }
    var rest = text[...]
    var standard: UInt16?
    if let mark = text.firstRange(of: "://") {
      let scheme = text[..<mark.lowerBound].lowercased()
      rest = text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      // User information is ignored.
      if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
      if scheme == "udp" { question = .udp } else { question = .tcp }
      standard = Self.schemes[scheme]
    }
    let (name, port) = try Self.split(rest, wrong)
    guard !name.isEmpty else { throw wrong("there is no name in it") }
    if let port {
      let words = port.split(separator: "/", omittingEmptySubsequences: false)
      guard words.count < 3, let number = UInt16(words[0]), number > 0 else {
        throw wrong("\"\(port)\" is no port")
      }
      self.port = number
      let transport = words.count == 2 ? words[1].lowercased() : question == .udp ? "udp" : "tcp"
      guard transport == "tcp" || transport == "udp" else { throw wrong("the protocol is tcp or udp") }
      question = transport == "udp" ? .udp : .tcp
    } else if let standard {
      self.port = standard
    } else if question != .ping {
      throw wrong("there is no port in it")
    }
    if let address = IPAddress(name) {
      guard !address.isMulticast else { throw wrong("\(address) is that of a group") }
      guard !address.isUnspecified else { throw wrong("\(address) stands for all addresses; name one") }
      guard address.family == .ipv4 || !address.isLinkLocal else {
        throw wrong("\(address) means something on a link only")
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
    _ text: Substring, _ wrong: (String) -> EngineError
  ) throws(EngineError) -> (name: String, port: String?) {
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw wrong("the bracket is not closed") }
      let name = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      guard IPAddress(name)?.family == .ipv6 else { throw wrong("\"\(name)\" is no IPv6 address") }
      guard !rest.isEmpty else { return (name, nil) }
      guard rest.hasPrefix(":") else { throw wrong("a colon and a port may follow the bracket") }
      return (name, String(rest.dropFirst()))
    }
    if IPAddress(text) != nil { return (String(text), nil) }
    guard let colon = text.firstIndex(of: ":") else {
      guard !text.contains("/") else { throw wrong("a protocol needs a port before it") }
      return (String(text), nil)
    }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}
