import Addressing
import Kernel
import Logging
import NetworkPlan

/// The input of the last update of Docker's chain for other programs.
struct DockerUserInput: Hashable, Sendable {
  /// The chain's rules, by iptables program.
  var rules: [String: [String]]
  var bridges: Set<InterfaceName>
}

extension Engine {
  /// Makes Docker's chain `DOCKER-USER` accept packets of our bridges, unless the administrator turned this off. Docker
  /// provides that chain for other programs; the engine changes nothing else of Docker's tables. It uses iptables, because
  /// iptables shows only rules that iptables wrote.
  func updateDockerUserChain() async {
    guard configuration.opensDockerUserChain else { return }
    var found = DockerUserInput(rules: [:], bridges: Set(state.bridges.keys))
    for table in foreign.tables {
      guard let chain = table.chain(DockerUserChain.name), let program = Self.programs[table.name] else { continue }
      found.rules[program] = chain.statements
    }
    guard found != foreign.dockerUserInput else { return }
    foreign.dockerUserInput = found
    for program in found.rules.keys.sorted() {
      await attempting("adding this engine's bridges to Docker's chain DOCKER-USER") {
        let tool = try Tool(program, package: "iptables")
        let listing = try await tool.run(Self.lockTimeout + ["-S", DockerUserChain.name])
          .requireSuccess("reading the chain \(DockerUserChain.name)").stdoutText
        let changes = DockerUserChain.changes(from: listing, for: found.bridges)
        for change in changes {
          _ = try await tool.run(Self.lockTimeout + change).requireSuccess("changing the chain \(DockerUserChain.name)")
        }
        guard !changes.isEmpty else { return }
        self.logger.info(
          "Docker's chain DOCKER-USER now accepts packets of this engine's bridges",
          metadata: ["changes": "\(changes.map { ([program] + $0).joined(separator: " ") }.joined(separator: "; "))"])
        // The kernel's notification about this change causes the next reading of foreign tables.
      }
    }
  }

  private static let programs = ["ip filter": "iptables", "ip6 filter": "ip6tables"]
  /// The seconds that iptables waits for another iptables.
  private static let lockTimeout = ["-w", "5"]
}
