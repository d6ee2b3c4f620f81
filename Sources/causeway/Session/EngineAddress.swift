/// Where the engine listens: the value of `-H`, `DOCKER_HOST` or `CAUSEWAY_HOST`.
enum EngineAddress: Hashable, Sendable {
  case unix(path: String)
  case tcp(host: String, port: UInt16)

  static let standard = EngineAddress.unix(path: "/run/causeway.sock")

  /// `unix:///path`, `/path`, `tcp://host:port`.
  ///
  /// - Throws: ``UsageError`` of kind `value`.
  init(_ text: String) throws(UsageError) {
    if text.hasPrefix("unix://") {
      let path = String(text.dropFirst(7))
      self = .unix(path: path.isEmpty ? "/run/causeway.sock" : path)
    } else if text.hasPrefix("/") {
      self = .unix(path: text)
    } else if text.hasPrefix("tcp://") {
      let authority = text.dropFirst(6).prefix { $0 != "/" }
      guard let colon = authority.lastIndex(of: ":"), let port = UInt16(authority[authority.index(after: colon)...])
      else { throw .value("invalid bind address (\(text)): a port is missing") }
      var host = String(authority[..<colon])
      if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
      self = .tcp(host: host.isEmpty ? "127.0.0.1" : host, port: port)
    } else {
      throw .value("unable to parse docker host `\(text)`")
    }
  }

  /// The address a person means: the option before `CAUSEWAY_HOST` before `DOCKER_HOST` before the standard one.
  static func chosen(option: String?, environment: (String) -> String?) throws(UsageError) -> EngineAddress {
    for text in [option, environment("CAUSEWAY_HOST"), environment("DOCKER_HOST")] {
      if let text, !text.isEmpty { return try EngineAddress(text) }
    }
    return .standard
  }
}

extension EngineAddress: CustomStringConvertible {
  var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
    }
  }
}
