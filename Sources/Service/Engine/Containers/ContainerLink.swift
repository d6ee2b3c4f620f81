import Addressing
import EngineModel

/// Docker's legacy `--link`: `container[:alias]`.
struct ContainerLink: Sendable, Hashable {
  let target: String
  let alias: String

  /// - Throws: `invalidParameter` in Docker's words.
  init(_ text: String) throws(EngineError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), !parts.contains("") else {
      throw EngineError(.invalidParameter, "bad format for links: \(text)")
    }
    let name = parts[0].hasPrefix("/") ? String(parts[0].dropFirst()) : parts[0]
    target = name
    // An inspection shows `/target:/own/alias`; clients send that form back.
    alias = parts.count == 2 ? String(parts[1].split(separator: "/").last ?? "") : name
    // The alias becomes a name in the hosts file, and a part of variables' names.
    guard ObjectName.isValid(alias + "x"), alias.utf8.count <= 255 else {
      throw EngineError(.invalidParameter, "bad format for links: \(text)")
    }
  }

  /// The form that an inspection shows.
  func shown(of container: String) -> String { "/\(target):/\(container)/\(alias)" }

  /// The environment variables of the container that has the link (moby: `daemon/links`).
  ///
  /// - Parameters:
  ///   - container: the name of the container that has the link.
  ///   - address: the target's address on the default bridge.
  ///   - ports: the ports that the target exposes.
  ///   - environment: the target's environment.
  func variables(
    of container: String, address: IPAddress, ports: Set<TransportPort>, environment: [String]
  ) -> [String] {
    let prefix = alias.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    let ordered = ports.sorted { a, b in
      (a.transport == .tcp ? 0 : 1, a.number, a.transport) < (b.transport == .tcp ? 0 : 1, b.number, b.transport)
    }
    func url(_ port: TransportPort) -> String { "\(port.transport.rawValue)://\(address):\(port.number)" }
    func key(_ port: TransportPort) -> String {
      "\(prefix)_PORT_\(port.number)_\(port.transport.rawValue.uppercased())"
    }
    var result: [String] = []
    if let first = ordered.first { result.append("\(prefix)_PORT=\(url(first))") }
    var start: TransportPort?
    for (index, port) in ordered.enumerated() {
      result += [
        "\(key(port))=\(url(port))", "\(key(port))_ADDR=\(address)", "\(key(port))_PORT=\(port.number)",
        "\(key(port))_PROTO=\(port.transport.rawValue)",
      ]
      // Consecutive ports of one protocol also get variables for their range.
      let from = start ?? port
      let next = index + 1 < ordered.count ? ordered[index + 1] : nil
      if let next, next.transport == port.transport, Int(next.number) == Int(port.number) + 1 {
        start = from
        continue
      }
      start = nil
      guard from != port else { continue }
      result += [
        "\(key(from))_START=\(url(from))", "\(key(from))_PORT_START=\(from.number)",
        "\(key(from))_END=\(url(port))", "\(key(from))_PORT_END=\(port.number)",
      ]
    }
    result.append("\(prefix)_NAME=/\(container)/\(alias)")
    return result
      + environment.filter { $0.contains("=") && !$0.hasPrefix("HOME=") && !$0.hasPrefix("PATH=") }
      .map { "\(prefix)_ENV_\($0)" }
  }
}
