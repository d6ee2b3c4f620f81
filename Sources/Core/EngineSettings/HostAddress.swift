package import EngineModel

/// An address that the engine listens on, in the form of dockerd's `-H`: `unix://PATH`, `tcp://ADDRESS:PORT`, `fd://`.
package enum HostAddress: Sendable, Hashable {
  case unix(path: String)
  case tcp(host: String, port: Int)
  /// Sockets that systemd passed to this process.
  case activation

  /// - Parameter tls: whether TCP ports use TLS, which has another default port.
  /// - Throws: `invalidParameter` with dockerd's message.
  package init(_ text: String, tls: Bool = false) throws(EngineError) {
    func wrong() -> EngineError { EngineError(.invalidParameter, "invalid bind address format: \(text)") }
    let trimmed = text.isEmpty ? "unix:///var/run/docker.sock" : text
    guard let mark = trimmed.firstRange(of: "://") else {
      throw EngineError(.invalidParameter, "unable to parse docker host `\(text)`")
    }
    let rest = trimmed[mark.upperBound...]
    switch trimmed[..<mark.lowerBound] {
    case "unix":
      let path = rest.isEmpty ? "/var/run/docker.sock" : String(rest)
      guard path.hasPrefix("/") else { throw wrong() }
      // `sun_path` holds 108 bytes, the last of them NUL.
      guard path.utf8.count < 108 else {
        throw EngineError(.invalidParameter, "the path of the socket is longer than 107 bytes: \(path)")
      }
      self = .unix(path: path)
    case "tcp": self = try Self.tcp(rest, standardPort: tls ? 2376 : 2375, wrong())
    case "fd": self = .activation
    default: throw wrong()
    }
  }

  private static func tcp(
    _ text: Substring, standardPort: Int, _ wrong: EngineError
  ) throws(EngineError) -> HostAddress {
    guard !text.contains("/") else { throw wrong }
    guard !text.isEmpty else { return .tcp(host: "localhost", port: standardPort) }
    let colon = text.lastIndex(of: ":")
    let bracket = text.lastIndex(of: "]")
    guard let colon, bracket.map({ $0 < colon }) ?? true else {
      return .tcp(host: unbracketed(text), port: standardPort)
    }
    guard let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else { throw wrong }
    let host = unbracketed(text[..<colon])
    return .tcp(host: host.isEmpty ? "localhost" : host, port: port)
  }

  private static func unbracketed(_ text: Substring) -> String {
    text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
  }
}

extension HostAddress: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
    case .activation: "fd://"
    }
  }
}
