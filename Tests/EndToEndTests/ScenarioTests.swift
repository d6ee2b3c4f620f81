import Scenarios
import TestHosts
import Testing

/// The third test of each scenario: created with the docker command, its elements are in the kernel's sets as
/// recorded, packets follow the reachability table, and `explain` agrees.
@Suite(.serialized, .engineHost) struct ScenarioTests {
  @Test(arguments: NetworkScenario.all) func packetsFollowTheScenarioTable(_ scenario: NetworkScenario) async throws {
    let host = try TestHost.shared
    let before = try await elements(on: host)
    for network in scenario.networks { try await host.docker(network.createArguments).succeeded() }
    for container in scenario.containers {
      let script = TestHost.webScript(container.name, ports: [container.firstPort, container.firstPort + 1])
      // A container that shares another's network cannot serve, because the ports are taken; it only sends.
      let shares = container.networks.first?.hasPrefix("container:") == true
      try await host.docker(container.runArguments + ["busybox"] + (shares ? idle : ["sh", "-c", script])).succeeded()
    }
    let servers = try await startServers(on: host)
    defer { for server in servers { server.kill() } }
    try await waitForServers(of: scenario, on: host)

    let kept = try #require(ScenarioRecord.stored(for: scenario))
    let names = try await names(of: scenario, on: host)
    let made = try await elements(on: host).subtracting(before)
    #expect(made.map { Self.named($0, names) }.sorted() == kept.elements.map(NetworkPage.normalized).sorted())

    try await withThrowingTaskGroup { group in
      for reach in scenario.reaches {
        group.addTask {
          (reach, try await self.page(reach, scenario, on: host), try await self.explanation(reach, on: host))
        }
      }
      for try await (reach, page, explained) in group {
        #expect(page == reach.page, "\(reach)")
        // Whether hosts outside have a route back to a container is unknown here.
        let isOpen = explained.code == 0 && explained.stdout.contains("the route back from outside")
        #expect(explained.code == (page == nil ? 1 : 0) || isOpen, "\(reach): \(explained)")
      }
    }
    try await host.removeEverything()
    #expect(try await elements(on: host) == before)
  }

  /// The elements of networks and containers. Elements about the host's forwarding stay.
  private func elements(on host: TestHost) async throws -> Set<String> {
    Set(try await host.firewallElements().filter { !$0.hasPrefix("inet causeway forwarding_policy:") })
  }

  /// In the outside and with the neighbour.
  private func startServers(on host: TestHost) async throws -> [BackgroundCommand] {
    var servers: [BackgroundCommand] = []
    for (place, name) in [(TestHost.Place.outside, "outside"), (.neighbour, "neighbour")] {
      let folder = "\(host.folder)/pages-\(name)"
      try await host.shell("mkdir -p \(folder) && echo \(name) >\(folder)/index.html").succeeded()
      servers.append(try await host.start(["busybox", "httpd", "-f", "-p", "9000", "-h", folder], in: place))
      _ = try await host.fetchSoon("localhost:9000", from: place)
    }
    return servers
  }

  private func waitForServers(of scenario: NetworkScenario, on host: TestHost) async throws {
    for container in scenario.containers {
      for port in [container.firstPort, container.firstPort + 1] {
        try await waitUntil("\(container.name) to serve \(port)", for: .seconds(10)) {
          try await host.exec(container.name, "wget", "-qO-", "http://localhost:\(port)/").code == 0
        }
      }
    }
  }

  /// The page that the origin receives, or `nil`.
  private func page(_ reach: NetworkScenario.Reach, _ scenario: NetworkScenario, on host: TestHost) async throws
    -> String?
  {
    let address = try await address(reach.target, on: host)
    // Answers arrive at once; one second is enough to see that none arrives.
    let seconds = reach.page == nil ? 1 : 5
    switch reach.source {
    case "host": return try await host.fetch("\(address):\(reach.port)", from: .host, seconds: seconds)
    case "outside": return try await host.fetch("\(address):\(reach.port)", from: .outside, seconds: seconds)
    case "neighbour": return try await host.fetch("\(address):\(reach.port)", from: .neighbour, seconds: seconds)
    default:
      let output = try await host.exec(
        reach.source, "timeout", "\(seconds)", "wget", "-qO-", "http://\(address):\(reach.port)/")
      return output.code == 0 ? output.text : nil
    }
  }

  /// The answer of `causeway explain`.
  private func explanation(_ reach: NetworkScenario.Reach, on host: TestHost) async throws -> CommandOutput {
    let sources = ["outside": TestHost.outsideAddress, "neighbour": TestHost.neighbourAddress]
    let target = "\(try await address(reach.target, on: host)):\(reach.port)"
    return try await host.causeway("explain", sources[reach.source] ?? reach.source, target)
  }

  private func address(_ target: String, on host: TestHost) async throws -> String {
    switch target {
    case "host": return TestHost.address
    case "host6": return "[\(TestHost.address6)]"
    case "eth1": return "198.51.100.1"
    case "localhost": return "127.0.0.1"
    case "localhost6": return "[::1]"
    case "outside": return TestHost.outsideAddress
    case "outside6": return "[\(TestHost.outsideAddress6)]"
    case "neighbour": return TestHost.neighbourAddress
    case _ where target.hasPrefix("@"):
      let parts = target.dropFirst().split(separator: "/").map(String.init)
      guard parts.last == "6" else { return try await host.address(of: parts[0], on: parts[1]) }
      let field = "{{(index .NetworkSettings.Networks \"\(parts[1])\").GlobalIPv6Address}}"
      return "[\(try await host.inspect(parts[0], field))]"
    default: return target
    }
  }

  /// What stands in the kernel for a network or a container, and the words that the record has for it.
  private func names(of scenario: NetworkScenario, on host: TestHost) async throws -> [(found: String, name: String)] {
    var names: [(found: String, name: String)] = []
    for network in scenario.networks {
      names.append(("cw-\(try await host.inspect(network.name, "{{.Id}}").prefix(12))", "cw-\(network.name)"))
    }
    for container in scenario.containers {
      for network in container.networks where scenario.networks.contains(where: { $0.name == network }) {
        let id = try await host.inspect(
          container.name, "{{(index .NetworkSettings.Networks \"\(network)\").EndpointID}}")
        names.append(("cwe\(id.prefix(12))", "cwe-\(container.name)-\(network)"))
      }
    }
    return names
  }

  private static func named(_ line: String, _ names: [(found: String, name: String)]) -> String {
    NetworkPage.normalized(names.reduce(line) { $0.replacing($1.found, with: $1.name) })
  }
}
