import Addressing
import EngineModel
import Glibc
import Kernel
import NetworkPlan
import Nftables
import Testing

/// A bridge with one sandbox.
struct SmallNetwork {
  let bridge: LinkKey
  let near: LinkKey
  let far: LinkKey

  init() throws {
    bridge = LinkKey(.host, try name("cw-test"))
    near = LinkKey(.host, try name("cwe-test"))
    far = LinkKey(.sandbox("box"), try name("eth0"))
  }

  func state() throws -> KernelState {
    var state = KernelState()
    state.links[bridge] = Link(
      kind: .bridge, mac: MACAddress("02:00:00:00:00:01"), mtu: 1400, alias: "causeway:network:test"
    )
    state.addresses = [
      AssignedAddress(bridge, try assigned("172.30.0.1/24")),
      AssignedAddress(bridge, try assigned("fd00:30::1/64")),
      AssignedAddress(far, try assigned("172.30.0.2/24")),
      AssignedAddress(far, try assigned("fd00:30::2/64")),
    ]
    state.sandboxes = ["box"]
    state.links[near] = Link(
      kind: .veth(peer: far), mtu: 1400, controller: bridge.name,
      port: .init(hairpin: true, isolated: true),
      alias: "causeway:endpoint:test")
    state.links[far] = Link(kind: .vethPeer, mac: MACAddress("02:00:00:00:00:02"), mtu: 1400)
    for (everywhere, gateway) in [("0.0.0.0/0", "172.30.0.1"), ("::/0", "fd00:30::1")] {
      state.routes.insert(
        Route(
          namespace: far.namespace, destination: try prefix(everywhere),
          gateway: IPAddress(gateway),
          interface: far.name))
    }
    state.sysctls[Sysctl(.host, "net/ipv4/ip_forward")] = "1"
    state.sysctls[Sysctl(far.namespace, "net/ipv6/conf/eth0/accept_ra")] = "0"
    state.firewalls[.host] = Firewall(tables: [
      HostFirewall.table, HostFirewall.ports, HostFirewall.administrators,
    ])
    state.addElement(
      Element("\"cw-test\""), to: SetReference(HostFirewall.table.reference, "bridges"))
    state.addElement(
      Element(["tcp", "8080"], value: ["172.30.0.2", "80"]),
      to: SetReference(HostFirewall.table.reference, "published4_anywhere"))
    state.addElement(
      Element(["\"cwe-test\"", "02:00:00:00:00:02"]),
      to: SetReference(HostFirewall.ports.reference, "port_macs"))
    for (set, source) in [
      ("port_addresses4", "172.30.0.2"), ("port_addresses6", "fd00:30::2"), ("port_addresses6", "fe80::ff:fe00:2"),
      ("port_targets6", "0xfd000030000000000000000000000002"), ("port_targets6", "0xfe80000000000000000000fffe000002"),
    ] {
      state.addElement(
        Element(["\"cwe-test\"", source]), to: SetReference(HostFirewall.ports.reference, set))
    }
    state.firewalls[far.namespace] = Firewall(tables: [SandboxFirewall.table])
    return state
  }
}

extension Firewall {
  init(tables: [Table]) {
    self.init()
    for table in tables { self.tables[table.reference] = table }
  }
}

@Suite struct ExecutorTests {
  let network: SmallNetwork

  init() throws {
    network = try SmallNetwork()
  }

  @Test func whatIsAppliedIsWhatIsObserved() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      let observed = try await KernelObserver(host.executor).observe(
        settings: Set(desired.sysctls.keys))
      let left = KernelState.difference(from: observed.comparable(with: desired), to: desired)
      #expect(left.map(\.commands) == [])
      let rules = try await KernelObserver(host.executor).ruleset(in: network.far.namespace)
      #expect(rules.contains("127.0.0.11"))
      #expect(try await KernelObserver(host.executor).ruleset().contains("table bridge causeway"))
      // The same as seen by `ip` and `nft`.
      let box = try host.sandboxes.open("box")
      for (from, to) in [
        (host.namespace, "172.30.0.2"), (box, "172.30.0.1"), (host.namespace, "fd00:30::2"),
        (box, "fd00:30::1"),
      ] {
        #expect(try await connectError(from: from, to: try #require(IPAddress(to))) == ECONNREFUSED)
      }
      let port = try await host.ip("-d", "link", "show", "cwe-test")
      #expect(port.contains("master cw-test"))
      #expect(port.contains("hairpin on"))
      #expect(port.contains("isolated on"))
      #expect(port.contains("alias causeway:endpoint:test"))
      #expect(port.contains("mtu 1400"))
    }
  }

  @Test func takingItAllAwayLeavesNothing() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      try await host.executor.apply(KernelState.difference(from: desired, to: KernelState()))
      let links = try await KernelObserver(host.executor).hostLinks().map(\.name.rawValue)
      #expect(links == ["lo"])
      #expect(try await host.tool("nft", ["list", "tables"]) == "table inet causeway_users\n")
      #expect(try host.sandboxes.list() == [])
    }
  }

  @Test func whatFailsLeavesNothingAndSaysWhy() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      var changes = KernelState.difference(from: KernelState(), to: desired)
      let unreachable = Route(
        namespace: network.far.namespace, destination: try prefix("198.51.100.0/24"),
        gateway: IPAddress("192.0.2.1"),
        interface: network.far.name)
      changes.append(.addRoute(unreachable))
      let failure = await #expect(throws: KernelChangeFailure.self) {
        try await host.executor.apply(changes)
      }
      #expect(failure?.change == .addRoute(unreachable))
      let reason = failure?.reason as? SystemCallError
      #expect(reason?.errno == ENETUNREACH)
      #expect(reason?.kernelMessage == "Nexthop has invalid gateway")
      #expect(failure?.undoFailures.isEmpty == true)
      #expect(try host.sandboxes.list() == [])
      #expect(try await KernelObserver(host.executor).hostLinks().map(\.name.rawValue) == ["lo"])
      #expect(try await host.tool("sysctl", ["-n", "net.ipv4.ip_forward"]) == "0\n")
      #expect(!(try await host.tool("nft", ["list", "ruleset"]).contains("table inet causeway {")))
    }
  }

  @Test func aLinkWhosePropertyIsRefusedIsGoneAgain() async throws {
    try await withTestHost { host in
      let link = Link(kind: .bridge, controller: try name("no-such"), alias: "causeway:test")
      let failure = await #expect(throws: KernelChangeFailure.self) {
        try await host.executor.apply([.createLink(network.bridge, link, peer: nil)])
      }
      #expect((failure?.reason as? SystemCallError)?.errno == ENODEV)
      #expect(try await KernelObserver(host.executor).hostLinks().count == 1)
    }
  }

  @Test func changesToALinkGoThereAndBack() async throws {
    try await withTestHost { host in
      var from = Link(kind: .bridge, mtu: 1500, isUp: true, alias: "causeway:network:a")
      try await host.executor.apply([
        .createLink(LinkKey(.host, try name("one")), from, peer: nil),
        .createLink(
          LinkKey(.host, try name("two")), Link(kind: .bridge, alias: "causeway:x"), peer: nil),
        .createSandbox("box"),
        .createLink(
          network.near,
          Link(kind: .veth(peer: network.far), mtu: 1500, alias: "causeway:endpoint:a"),
          peer: Link(kind: .vethPeer)),
      ])
      from = Link(
        kind: .veth(peer: network.far), mtu: 1500, isUp: true, hasLinkLocal: true, alias: "causeway:endpoint:a")
      let to = Link(
        kind: from.kind, mac: MACAddress("02:00:00:00:00:09"), mtu: 1300, isUp: false,
        controller: try name("two"),
        port: .init(hairpin: true), hasLinkLocal: false, alias: "causeway:endpoint:b")
      let change = KernelChange.setLink(network.near, from: from, to: to)
      try await host.executor.apply([change])
      let after = try #require(
        try await KernelObserver(host.executor).observe().links[network.near])
      #expect(after == to)
      try await host.executor.apply([try #require(change.inverse)])
      let back = try #require(try await KernelObserver(host.executor).observe().links[network.near])
      #expect(back.mtu == 1500)
      #expect(back.isUp)
      #expect(back.controller == nil)
      #expect(back.hasLinkLocal == true)
      #expect(back.alias == from.alias)
    }
  }

  @Test func teardownGoesOnPastFailuresAndTellsThem() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      // Parts are missing already.
      _ = try await host.ip("link", "delete", "cw-test")
      _ = try await host.tool(
        "nft", ["delete", "element", "inet", "causeway", "bridges", "{ \"cw-test\" }"])
      var changes = KernelState.difference(from: desired, to: KernelState())
      changes.insert(
        .addAddress(AssignedAddress(network.bridge, try assigned("192.0.2.1/24"))), at: 0)
      let failures = await host.executor.applyBestEffort(changes)
      #expect(failures.count == 1)
      let failure = failures.first as? KernelChangeFailure
      #expect((failure?.reason as? SystemCallError)?.errno == ENODEV)
      #expect(try host.sandboxes.list() == [])
      #expect(try await KernelObserver(host.executor).hostLinks().count == 1)
    }
  }

  @Test func nftRefusesAsAWhole() async throws {
    try await withTestHost { host in
      let bridges = SetReference(HostFirewall.table.reference, "bridges")
      let failure = await #expect(throws: KernelChangeFailure.self) {
        try await host.executor.apply([
          .firewall(.host, .replaceTable(HostFirewall.table)),
          .firewall(.host, .addElements(bridges, [Element("\"a\"")])),
          .firewall(
            .host,
            .addElements(SetReference(HostFirewall.table.reference, "none"), [Element("\"a\"")])),
        ])
      }
      let sentence = failure?.description ?? ""
      #expect(sentence.contains("No such file or directory"))
      let rules = try await host.tool("nft", ["list", "ruleset"])
      #expect(rules == "")
    }
  }

  @Test func aChangedFrameAndForeignElementsAreSeen() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      _ = try await host.tool("nft", ["add", "rule", "inet", "causeway", "forward", "accept"])
      _ = try await host.tool(
        "nft", ["add", "element", "bridge", "causeway", "unchecked_ports", "{ \"evil\" }"])
      let observer = KernelObserver(host.executor)
      let before = try await observer.observe(settings: Set(desired.sysctls.keys)).comparable(
        with: desired)
      let changes = KernelState.difference(from: before, to: desired)
      #expect(
        changes.contains {
          if case .firewall(.host, .replaceTable(HostFirewall.table)) = $0 { true } else { false }
        })
      #expect(await host.executor.applyBestEffort(changes).isEmpty)
      let after = try await observer.observe(settings: Set(desired.sysctls.keys)).comparable(
        with: desired)
      #expect(KernelState.difference(from: after, to: desired) == [])
      #expect(after.firewalls == desired.firewalls)
    }
  }

  @Test func whatAContainerMadeItselfIsNotOurs() async throws {
    try await withTestHost { host in
      let desired = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      _ = try await host.ip("address", "add", "192.0.2.7/32", "dev", "eth0", in: "box")
      _ = try await host.ip("route", "add", "198.51.100.0/24", "via", "172.30.0.9", in: "box")
      _ = try await host.ip("link", "add", "own", "type", "bridge", in: "box")
      let observed = try await KernelObserver(host.executor).observe(
        settings: Set(desired.sysctls.keys))
      #expect(KernelState.difference(from: observed.comparable(with: desired), to: desired) == [])
    }
  }

  @Test func occupiedPrefixesAreThoseOfTheHost() async throws {
    try await withTestHost { host in
      try await host.executor.apply([
        .createLink(network.bridge, Link(kind: .bridge, alias: "causeway:x"), peer: nil),
        .addAddress(AssignedAddress(network.bridge, try assigned("192.0.2.1/24"))),
        .addRoute(
          Route(
            namespace: .host, destination: try prefix("198.51.100.0/25"),
            gateway: IPAddress("192.0.2.9"),
            interface: network.bridge.name)),
      ])
      let space = try await KernelObserver(host.executor).hostNetwork().space
      #expect(space.overlaps(try prefix("192.0.2.0/24")))
      #expect(space.overlaps(try prefix("198.51.100.0/25")))
      #expect(!space.overlaps(try prefix("203.0.113.0/24")))
    }
  }
}
