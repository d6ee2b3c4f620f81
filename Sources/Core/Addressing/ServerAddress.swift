/// The address of an HTTP server.
package enum ServerAddress: Sendable, Hashable {
  case unix(path: String)
  /// Unencrypted: for this host or a trusted network.
  case tcp(IPAddress, port: UInt16)

  /// Parses `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`, with an optional slash at the end; `nil` for other host
  /// names.
  package init?(hostAndPort text: Substring) {
    let trimmed = text.hasSuffix("/") ? text.dropLast() : text
    guard let colon = trimmed.lastIndex(of: ":"), let port = UInt16(trimmed[trimmed.index(after: colon)...]), port > 0
    else { return nil }
    var host = trimmed[..<colon]
    if host == "localhost" {
      self = .tcp(.v4(.loopback), port: port)
      return
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(String(host)) else { return nil }
    self = .tcp(address, port: port)
  }
}

extension ServerAddress: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let address, let port): "tcp://\(address.family == .ipv6 ? "[\(address)]" : "\(address)"):\(port)"
    }
  }
}
