import Addressing
import NetworkPlan
import Testing

@testable import Kernel

/// The cache must equal a fresh listing after every change.
@Suite struct HostNetworkCacheTests {
  /// Changes that an administrator may make, each a command line for `ip`.
  static let changes = [
    "link add br1 type bridge", "link set br1 up", "address add 192.0.2.1/24 dev br1", "link set br1 alias causeway:x",
    "address add 2001:db8:1::1/64 dev br1 nodad", "address add 192.0.2.9/24 dev br1",
    "link add one type veth peer name two", "link set one master br1", "link set one up", "link set two up",
    "address add 198.51.100.1/25 dev two", "route add 203.0.113.0/28 via 198.51.100.9",
    "route add 203.0.113.16/28 dev two metric 5", "route append 203.0.113.16/28 dev br1 metric 5",
    "route replace 203.0.113.0/28 via 192.0.2.77", "route del 203.0.113.16/28 dev two metric 5",
    "route add blackhole 203.0.113.128/25", "route add 203.0.113.64/28 dev two src 198.51.100.1",
    "-6 route add 2001:db8:2::/64 dev two", "-6 route append 2001:db8:2::/64 dev br1", "link set two name three",
    "address del 198.51.100.1/25 dev three", "address add 198.51.100.129/25 dev three", "link set br1 down",
    "link set br1 up", "route add 203.0.113.32/28 dev three", "link set three down", "link set three up",
    "address del 192.0.2.1/24 dev br1", "link set three netns box", "link del br1", "route flush table main",
  ]

  /// Links with their IPv4 addresses, and the used prefixes. The kernel reports an IPv6 address with a delay, but the
  /// route to its network immediately.
  private static func told(_ network: HostNetwork) -> [String] {
    let links = network.links.map { name, link in
      "\(name) \(link.kind) \(link.alias ?? "") "
        + link.addresses.filter { $0.address.family == .ipv4 }.map(\.description).sorted().joined(separator: " ")
    }
    return links.sorted() + Set(network.space.claims.map(\.prefix)).sorted().map(\.description)
  }

  @Test func itIsWhatTheKernelHas() async throws {
    try await withTestHost { host in
      try await host.executor.apply([.createSandbox("box")])
      _ = try await host.ip("link", "set", "lo", "up")
      let observer = KernelObserver(host.executor)
      _ = try await observer.hostNetwork()
      for change in Self.changes {
        var words = change.split(separator: " ").map(String.init)
        if let key = words.firstIndex(of: "box") { words[key] = host.sandboxes.file("box") }
        _ = try await host.tool("ip", words)
        let known = try await observer.hostNetwork()
        let fresh = try await host.executor.thread.run { [executor = host.executor] in
          try HostNetworkSnapshot(executor.host.netlink).network
        }
        #expect(Self.told(known) == Self.told(fresh), "after ip \(change)")
      }
    }
  }
}
