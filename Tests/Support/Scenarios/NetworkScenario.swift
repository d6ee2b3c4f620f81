/// Networks with containers on them, and who reaches whom: one table for three kinds of tests. `NetworkPlanTests` compare
/// the plan and the firewall's elements with `Golden/`, without a kernel. `EndToEndTests` check on a host that a running
/// engine creates exactly these elements, and that packets reach the containers that the table names.
package struct NetworkScenario: Sendable, CustomStringConvertible {
  package let name: String
  /// In the order of creation. The scenario names their subnets.
  package let networks: [Network]
  /// In the order of their start. Each serves its name as a web page on ports 80 and 81.
  package let containers: [Container]
  package let reaches: [Reach]

  package var description: String { name }

  /// - Parameter reaches: a line for each attempt, `mate -> web:80 = web`; see ``Reach``.
  init(_ name: String, networks: [Network] = [], containers: [Container], reaches: String) {
    self.name = name
    self.networks = networks
    self.containers = containers
    self.reaches = reaches.split(separator: "\n").map { Reach($0) }
  }

  package struct Network: Sendable {
    package let name: String
    package var driver = "bridge"
    package var subnets: [String] = []
    package var isInternal = false
    package var hasIPv4 = true
    package var hasIPv6 = false
    package var options: [String: String] = [:]

    init(
      _ name: String, _ subnets: String..., driver: String = "bridge", isInternal: Bool = false, hasIPv4: Bool = true,
      options: [String: String] = [:]
    ) {
      self.name = name
      self.driver = driver
      self.subnets = subnets
      self.isInternal = isInternal
      self.hasIPv4 = hasIPv4
      hasIPv6 = subnets.contains { $0.contains(":") }
      self.options = options
    }

    /// For `docker`.
    package var createArguments: [String] {
      var arguments = ["network", "create", "-d", driver]
      for subnet in subnets { arguments += ["--subnet", subnet] }
      if isInternal { arguments.append("--internal") }
      if !hasIPv4 { arguments.append("--ipv4=false") }
      if hasIPv6 { arguments.append("--ipv6") }
      for (key, value) in options.sorted(by: { $0.key < $1.key }) { arguments += ["-o", "\(key)=\(value)"] }
      return arguments + [name]
    }
  }

  package struct Container: Sendable {
    package let name: String
    /// Networks, or one of `host`, `none` and `container:NAME`.
    package let networks: [String]
    /// In the syntax of `docker run -p`.
    package let published: [String]

    init(_ name: String, on networks: String..., published: [String] = []) {
      self.name = name
      self.networks = networks
      self.published = published
    }

    /// The port of its first server; the host's is another one.
    package var firstPort: Int { networks == ["host"] ? 8090 : 80 }

    /// For `docker`, up to the image.
    package var runArguments: [String] {
      ["run", "-d", "--name", name] + networks.flatMap { ["--network", $0] } + published.flatMap { ["-p", $0] }
    }
  }

  /// One attempt: who requests a page, at which address, and whose page arrives.
  package struct Reach: Sendable, CustomStringConvertible {
    /// A container, or `host`, `outside`, `neighbour`.
    package let source: String
    /// `NAME:PORT` as the asker resolves it, `@CONTAINER/NETWORK:PORT` by address (`@…/NETWORK/6` by IPv6), or one of
    /// `host`, `host6`, `localhost`, `localhost6`, `outside`, `neighbour` with a port.
    package let target: String
    package let port: Int
    /// `nil`: no answer.
    package let page: String?
    package let description: String

    init(_ line: Substring) {
      description = line.split(separator: " ").joined(separator: " ")
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 5, words[1] == "->", words[3] == "=", let colon = words[2].lastIndex(of: ":"),
        let port = Int(words[2][words[2].index(after: colon)...])
      else { preconditionFailure("not WHO -> WHERE:PORT = PAGE: \(line)") }
      source = words[0]
      target = String(words[2][..<colon])
      self.port = port
      page = words[4] == "nothing" ? nil : words[4]
    }
  }
}
