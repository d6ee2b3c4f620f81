package import EngineModel
internal import Glibc

/// The address of the engine: `DOCKER_HOST` or `-H`.
package enum EngineHost: Sendable, Hashable, CustomStringConvertible {
  case unix(path: String)
  case tcp(host: String, port: Int)

  package static let standard = EngineHost.unix(path: "/var/run/docker.sock")

  /// `unix://PATH` or `tcp://HOST[:PORT]`.
  ///
  /// - Parameter securely: use TLS, which has another default port.
  /// - Throws: `invalidParameter` with Docker's message, `notImplemented` for ssh and named pipes.
  package init(_ text: String, securely: Bool = false) throws(EngineError) {
    guard let mark = text.firstRange(of: "://") else {
      throw EngineError(.invalidParameter, "unable to parse docker host `\(text)`")
    }
    let rest = text[mark.upperBound...]
    let scheme = text[..<mark.lowerBound]
    switch scheme {
    case "unix":
      guard rest.hasPrefix("/"), rest.utf8.count < 108 else {
        throw EngineError(.invalidParameter, "invalid path of a unix socket in `\(text)`")
      }
      self = .unix(path: String(rest))
    case "tcp", "http", "https":
      let address = rest.prefix { $0 != "/" }
      let colon = address.lastIndex(of: ":")
      let isBare = colon.map { address[$0...].contains("]") } ?? true
      let hostText = isBare ? address : address[..<(colon ?? address.endIndex)]
      let portText =
        isBare ? (securely ? "2376" : "2375") : address[address.index(after: colon ?? address.startIndex)...]
      let host = hostText.filter { $0 != "[" && $0 != "]" }
      guard let port = Int(portText), (1...65535).contains(port) else {
        throw EngineError(.invalidParameter, "invalid port in docker host `\(text)`")
      }
      self = .tcp(host: host.isEmpty ? "localhost" : String(host), port: port)
    case "ssh", "npipe", "fd":
      throw EngineError(.notImplemented, "\(scheme):// is not implemented; use unix:// or tcp://")
    default:
      throw EngineError(.invalidParameter, "unable to parse docker host `\(text)`")
    }
  }

  package var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
    }
  }
}
