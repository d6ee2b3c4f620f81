import Addressing
import EngineModel
import NameService

/// `container[:alias]`: a container that another one knows by a name of its own choice.
struct Link: Sendable, Hashable {
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
    // Inspecting shows `/target:/own/alias`, and what was shown may come back.
    alias = parts.count == 2 ? String(parts[1].split(separator: "/").last ?? "") : name
    guard !alias.isEmpty else { throw EngineError(.invalidParameter, "bad format for links: \(text)") }
  }
}

extension Engine {
  /// A link with the container it leads to, where that one is on the same network.
  struct Linked {
    let link: Link
    let container: Container
    let addresses: [IPAddress]
  }

  /// The links of a container on the default bridge, where they are the only way to names.
  ///
  /// - Throws: `conflict` when one leads to a container that does not run.
  func links(of container: Container) throws(EngineError) -> [Linked] {
    guard let network = container.endpoints.first(where: { state.networks[$0.network]?.isDefaultBridge == true }) else {
      return []
    }
    var result: [Linked] = []
    for text in container.host.links {
      let link = try Link(text)
      let target = try state.container(link.target)
      guard runsNow(target), let endpoint = target.endpoints.first(where: { $0.network == network.network }) else {
        throw EngineError(
          .conflict, "Cannot link to a non running container: /\(target.name) AS /\(container.name)/\(link.alias)")
      }
      result.append(Linked(link: link, container: target, addresses: endpoint.addresses))
    }
    return result
  }

  /// The links that endpoints on other networks ask for, as names for the container alone. One that leads nowhere now
  /// gives no name, as in Docker.
  func linkedHosts(of container: Container) -> [HostRecord] {
    container.endpoints.flatMap { endpoint in
      endpoint.settings.links.compactMap { text -> HostRecord? in
        guard let link = try? Link(text), let target = try? state.container(link.target),
          let place = target.endpoints.first(where: { $0.network == endpoint.network }), !place.addresses.isEmpty
        else { return nil }
        return HostRecord(name: link.alias, addresses: place.addresses)
      }
    }
  }

  /// What links add to a container's environment (Docker's legacy links: `DB_PORT_5432_TCP_ADDR` and so on).
  static func environment(of links: [Linked], in container: Container) -> [String] {
    links.flatMap { linked -> [String] in
      let prefix = linked.link.alias.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
      var result = ["\(prefix)_NAME=/\(container.name)/\(linked.link.alias)"]
      guard let address = linked.addresses.first else { return result }
      let ports = linked.container.configuration.exposedPorts.sorted()
      for (index, port) in ports.enumerated() {
        let transport = port.transport.rawValue
        let url = "\(transport)://\(address):\(port.number)"
        if index == 0 { result.append("\(prefix)_PORT=\(url)") }
        let key = "\(prefix)_PORT_\(port.number)_\(transport.uppercased())"
        result += [
          "\(key)=\(url)", "\(key)_ADDR=\(address)", "\(key)_PORT=\(port.number)", "\(key)_PROTO=\(transport)",
        ]
      }
      let own = linked.container.configuration.environment
      return result
        + own.filter { !$0.hasPrefix("HOME=") && !$0.hasPrefix("PATH=") }.map { "\(prefix)_ENV_\($0)" }
    }
  }
}
