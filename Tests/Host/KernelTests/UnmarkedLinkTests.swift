import Addressing
import Kernel
import NetworkPlan
import Testing

/// Links that an engine made and was killed before it marked them.
@Suite struct UnmarkedLinkTests {
  @Test func onlyLinksWithoutAMarkAreDeleted() async throws {
    try await withTestHost { host in
      let bridge = LinkKey(.host, try name("br-mine"))
      let marked = LinkKey(.host, try name("br-marked"))
      let inside = LinkKey(.sandbox("box"), try name("eth1"))
      let near = LinkKey(.host, try name("veth1"))
      try await host.executor.apply([
        .createSandbox("box"), .createLink(bridge, Link(kind: .bridge), peer: nil),
        .createLink(marked, Link(kind: .bridge, alias: "causeway:network:x"), peer: nil),
        .createLink(near, Link(kind: .veth(peer: inside)), peer: Link(kind: .vethPeer)),
      ])
      let gone = LinkKey(.sandbox("never"), try name("eth0"))
      let missing = LinkKey(.host, try name("missing"))
      let loopback = LinkKey(.host, try name("lo"))
      let links = [bridge, marked, near, inside, gone, missing, loopback]
      try await host.executor.removeUnmarked(links)
      let left = try await host.ip("-o", "link")
      #expect(!left.contains("br-mine") && !left.contains("veth1"))
      #expect(left.contains("br-marked") && left.contains("lo:"))
      #expect(try await !host.ip("-o", "link", in: "box").contains("eth1"))
      // The names are free, and doing it again is harmless.
      try await host.executor.removeUnmarked(links)
      try await host.executor.apply([.createLink(bridge, Link(kind: .bridge, alias: "causeway:x"), peer: nil)])
    }
  }
}
