import Addressing
import EngineModel
import Kernel
import NetworkPlan
import Testing

/// Every kind of link is created, observed as desired, and deleted. A host link has the same name as the new link:
/// kernels before 6.15 look up the name of a child link in the host's namespace, too.
@Suite struct LinkKindTests {
  static func kinds() throws -> [Link.Kind] {
    let parent = try name("parent")
    return [
      .macvlan(parent: parent, mode: "bridge"), .macvlan(parent: parent, mode: "private"),
      .ipvlan(parent: parent, mode: "l2", flag: "bridge"), .ipvlan(parent: parent, mode: "l3", flag: "private"),
      .vlan(parent: parent, id: 42), .dummy, .bridge,
      .vxlan(id: 77, local: IPAddress("192.0.2.1"), port: 4789),
    ]
  }

  @Test(arguments: try kinds()) func aLinkIsSeenAsItWasMade(_ kind: Link.Kind) async throws {
    try await withTestHost { host in
      let parent = LinkKey(.host, try name("parent"))
      try await host.executor.apply([
        .createSandbox("box"), .createLink(parent, Link(kind: .bridge, alias: "causeway:parent"), peer: nil),
        .createLink(LinkKey(.host, try name("eth7")), Link(kind: .bridge, alias: "causeway:same-name"), peer: nil),
      ])
      let key = LinkKey(.sandbox("box"), try name("eth7"))
      let link = Link(kind: kind, mtu: 1400, alias: "causeway:endpoint:x")
      do {
        try await host.executor.apply([.createLink(key, link, peer: nil)])
      } catch let failure as KernelChangeFailure {
        // A kernel may lack a link kind. The error then names the module, and no link is left.
        let reason = try #require(failure.reason as? EngineError)
        #expect(reason.code == .notImplemented && reason.message.contains("modprobe"))
        let links = try await host.ip("-o", "link", in: "box")
        #expect(!links.contains("eth7"))
        return
      }
      var desired = KernelState()
      desired.links[key] = link
      let observed = try await KernelObserver(host.executor).observe().comparable(with: desired)
      #expect(observed.links[key] == link)
      try await host.executor.apply([.deleteLink(key, link, peer: nil)])
      #expect(try await KernelObserver(host.executor).observe().links[key] == nil)
    }
  }
}
