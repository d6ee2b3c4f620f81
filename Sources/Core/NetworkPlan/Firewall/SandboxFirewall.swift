public import Nftables

/// The engine's table in a container's own namespace: it leads questions for 127.0.0.11 to the resolver, which listens
/// on a port other than 53 so that the container may have port 53 of every address for itself.
public enum SandboxFirewall {
  /// Where the resolver listens inside every sandbox, on 127.0.0.11.
  public static let resolverPort: UInt16 = 10053

  public static let table = Table(
    family: .inet, name: "causeway",
    chains: [
      Chain(
        "output", hook: Chain.Hook(type: "nat", hook: "output", priority: "-100"),
        rules: [
          Rule(
            "ip daddr 127.0.0.11 meta l4proto { tcp, udp } th dport 53 dnat ip to 127.0.0.11:\(resolverPort)",
            "names are answered by the engine's resolver")
        ])
    ])
}
