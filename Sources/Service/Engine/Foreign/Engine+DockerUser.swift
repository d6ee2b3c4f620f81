import Addressing
import Kernel
import Logging
import NetworkPlan

/// What was found in, and made of, the chain that Docker keeps for others.
struct DockerPassage: Hashable, Sendable {
  /// Its rules by table, as they were read.
  var rules: [String: [String]]
  var bridges: Set<InterfaceName>
}

extension Engine {
  /// Lets our bridges pass where Docker decides about forwarded packets, unless the administrator does not want it. The
  /// chain is Docker's invitation to others; nothing else of its tables is touched. By iptables, as Docker itself does
  /// it, which reads back only what it wrote.
  func openDockerUserChain() async {
    guard configuration.opensDockerUserChain else { return }
    var found = DockerPassage(rules: [:], bridges: Set(state.bridges.keys))
    for table in foreign.tables {
      guard let chain = table.chain(DockerUserChain.name), let program = Self.programs[table.name] else { continue }
      found.rules[program] = chain.statements
    }
    guard found != foreign.passage else { return }
    foreign.passage = found
    for program in found.rules.keys.sorted() {
      await attempting("letting this engine's bridges pass Docker's rules") {
        let tool = try Tool(program, package: "iptables")
        let listing = try await tool.run(Self.patience + ["-S", DockerUserChain.name])
          .requireSuccess("reading the chain \(DockerUserChain.name)").stdoutText
        let changes = DockerUserChain.changes(from: listing, for: found.bridges)
        for change in changes {
          _ = try await tool.run(Self.patience + change).requireSuccess("changing the chain \(DockerUserChain.name)")
        }
        guard !changes.isEmpty else { return }
        self.logger.info(
          "Docker's chain for others, DOCKER-USER, lets this engine's bridges pass",
          metadata: ["changes": "\(changes.map { ([program] + $0).joined(separator: " ") }.joined(separator: "; "))"])
        // What it did to the findings is seen at the next reading, which the kernel's notice brings about.
      }
    }
  }

  private static let programs = ["ip filter": "iptables", "ip6 filter": "ip6tables"]
  /// Others may be changing the tables: iptables waits for them this many seconds.
  private static let patience = ["-w", "5"]
}
