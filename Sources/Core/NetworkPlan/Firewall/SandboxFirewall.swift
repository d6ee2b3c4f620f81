package import Nftables

/// The engine's table in a sandbox: it redirects DNS queries for 127.0.0.11 to the resolver. The resolver listens on a port
/// other than 53, so that the container can use port 53 of every address.
package enum SandboxFirewall {
  /// The resolver's port on 127.0.0.11 in every sandbox.
  package static let resolverPort: UInt16 = 10053

  package static let table = Table(
    family: .inet, name: "causeway",
    chains: [
      Chain(
        "output", hook: Chain.Hook(type: "nat", hook: "output", priority: "-100"),
        rules: [
          Rule(
            "ip daddr 127.0.0.11 meta l4proto { tcp, udp } th dport 53 dnat ip to 127.0.0.11:\(resolverPort)",
            "DNS queries to the engine's resolver")
        ])
    ])
}
