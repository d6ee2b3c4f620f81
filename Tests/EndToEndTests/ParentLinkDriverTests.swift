import TestHosts
import Testing

/// Macvlan and ipvlan: containers on the segment of a host link.
@Suite(.serialized, .engineHost) struct ParentLinkDriverTests {
  /// Whether this kernel supports a kind of link.
  private func kernelMakes(_ kind: String) async throws -> Bool {
    try await TestHost.shared.shell(
      "ip link add link eth0 name probe type \(kind) && ip link del probe"
    ).code == 0
  }

  @Test func macvlanContainersAreNeighboursOfTheSegment() async throws {
    let one = try TestHost.shared
    let two = try await TestHost.make()
    do {
      try await two.startEngine()
      try await two.loadBusybox()
      try await one.join(two, by: "seg0")
      for (host, range) in [(one, "10.90.0.16/28"), (two, "10.90.0.32/28")] {
        try await host.docker(
          "network", "create", "-d", "macvlan", "--subnet", "10.90.0.0/24", "--ip-range", range, "--ipv6", "--subnet",
          "fd00:90::/64", "-o", "parent=seg0", "lan"
        ).succeeded()
      }
      try await one.runWeb("near", "--network", "lan", "--ip6", "fd00:90::a")
      try await two.runWeb("far", "--network", "lan", "--ip6", "fd00:90::b", "--mac-address", "02:00:5e:00:53:07")
      let near = try await one.address(of: "near", on: "lan")
      let far = try await two.address(of: "far", on: "lan")
      #expect(near == "10.90.0.16" && far == "10.90.0.32")
      #expect(try await one.fetchSoon(far, from: .container("near")) == "far")
      #expect(try await two.fetchSoon(near, from: .container("far")) == "near")
      #expect(try await one.fetchSoon("[fd00:90::b]", from: .container("near")) == "far")
      // Its MAC address is visible on the segment, and there is no default route without a gateway.
      #expect(try await one.exec("near", "cat", "/proc/net/arp").stdout.contains("02:00:5e:00:53:07"))
      #expect(!(try await one.exec("near", "ip", "route").stdout.contains("default")))
      // Names resolve through the engine.
      try await one.runIdle("sibling", "--network", "lan")
      #expect(try await one.exec("sibling", "ping", "-c1", "-W2", "near").code == 0)
      // The network survives a restart, and its removal leaves the parent unchanged.
      try await one.restartEngine()
      #expect(try await one.fetchSoon(far, from: .container("near")) == "far")
      #expect(!one.engineLog.contains("reconciling"), "\(one.engineLog)")
      try await one.docker("rm", "-f", "near", "sibling").succeeded()
      try await one.docker("network", "rm", "lan").succeeded()
      #expect(try await one.run(["ip", "link", "show", "seg0"]).code == 0)
      #expect(!one.engineLog.contains("level=error"), "\(one.engineLog)")
    } catch {
      await two.close()
      throw error
    }
    await two.close()
  }

  @Test func macvlanModesDecideReachability() async throws {
    let host = try TestHost.shared
    for (mode, talks) in [("bridge", true), ("private", false), ("vepa", false)] {
      try await host.docker(
        "network", "create", "-d", "macvlan", "--subnet", "10.91.0.0/24", "-o", "parent=eth1", "-o",
        "macvlan_mode=\(mode)", "modal"
      ).succeeded()
      try await host.runIdle("modal-a", "--network", "modal")
      try await host.runIdle("modal-b", "--network", "modal")
      #expect((try await host.exec("modal-a", "ping", "-c1", "-W1", "10.91.0.2").code == 0) == talks, "\(mode)")
      try await host.docker("rm", "-f", "modal-a", "modal-b").succeeded()
      try await host.docker("network", "rm", "modal").succeeded()
    }
  }

  @Test func passthruServesOneContainer() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "network", "create", "-d", "macvlan", "--subnet", "198.51.100.0/24", "--ip-range", "198.51.100.64/28", "-o",
      "parent=eth1", "-o", "macvlan_mode=passthru", "whole"
    ).succeeded()
    let other = try await host.docker("network", "create", "-d", "macvlan", "-o", "parent=eth1", "more")
    #expect(
      other.code != 0 && other.stderr.contains("is already using parent interface eth1 in mode passthru"), "\(other)")
    try await host.runIdle("whole-a", "--network", "whole")
    #expect(try await host.exec("whole-a", "ping", "-c1", "-W2", TestHost.neighbourAddress).code == 0)
    let hardware = try await host.shell("cat /sys/class/net/eth1/address").text
    #expect(try await host.exec("whole-a", "cat", "/sys/class/net/eth0/address").text == hardware)
    let second = try await host.docker("run", "--rm", "--network", "whole", "busybox", "true")
    #expect(second.code != 0, "\(second)")
    try await host.docker("rm", "-f", "whole-a").succeeded()
    try await host.docker("network", "rm", "whole").succeeded()
  }

  /// `docker network create -d macvlan meumacvlan`: a segment of the containers' own.
  @Test func networkWithoutParentIsIsolated() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    try await host.docker("network", "create", "-d", "macvlan", "meumacvlan").succeeded()
    try await host.runWeb("meu-a", "--network", "meumacvlan")
    try await host.runIdle("meu-b", "--network", "meumacvlan")
    #expect(try await host.exec("meu-b", "ping", "-c1", "-W2", "meu-a").code == 0)
    #expect(try await host.exec("meu-b", "ping", "-c1", "-W1", TestHost.address).code != 0)
    try await host.docker("rm", "-f", "meu-a", "meu-b").succeeded()
    try await host.docker("network", "rm", "meumacvlan").succeeded()
    try await host.expectNothingSince(before)
  }

  @Test func vlanParentIsCreatedAndRemovedOnDemand() async throws {
    let host = try TestHost.shared
    let create = ["network", "create", "-d", "macvlan", "-o", "parent=eth1.50"]
    let first = try await host.docker(create + ["tagged"])
    guard try await kernelMakes("vlan id 7") else {
      #expect(first.code != 0 && first.stderr.contains("kernel module 8021q is missing"), "\(first)")
      #expect(try await host.docker("network", "inspect", "tagged").code != 0)
      return
    }
    try first.succeeded()
    try await host.docker(create + ["tagged2"]).succeeded()
    try await host.docker("network", "rm", "tagged").succeeded()
    #expect(try await host.shell("ip -d link show eth1.50").stdout.contains("vlan protocol 802.1Q id 50"))
    try await host.restartEngine()
    try await host.docker("network", "rm", "tagged2").succeeded()
    #expect(try await host.run(["ip", "link", "show", "eth1.50"]).code != 0)
    // One that was there stays.
    try await host.shell("ip link add link eth1 name eth1.60 type vlan id 60").succeeded()
    try await host.docker("network", "create", "-d", "macvlan", "-o", "parent=eth1.60", "kept").succeeded()
    try await host.docker("network", "rm", "kept").succeeded()
    #expect(try await host.shell("ip link del eth1.60").code == 0)
  }

  @Test(arguments: ["l2", "l3", "l3s"]) func ipvlanIfTheKernelHasIt(_ mode: String) async throws {
    let host = try TestHost.shared
    let made = try await host.docker(
      "network", "create", "-d", "ipvlan", "--subnet", "10.92.0.0/24", "-o", "parent=eth1", "-o", "ipvlan_mode=\(mode)",
      "ipv")
    guard try await kernelMakes("ipvlan") else {
      #expect(made.code != 0 && made.stderr.contains("kernel module ipvlan is missing"), "\(made)")
      return
    }
    try made.succeeded()
    try await host.runWeb("ipv-a", "--network", "ipv")
    try await host.runIdle("ipv-b", "--network", "ipv")
    #expect(try await host.fetchSoon("10.92.0.2", from: .container("ipv-b")) == "ipv-a")
    let routes = try await host.exec("ipv-b", "ip", "route").succeeded()
    #expect(routes.stdout.contains("default dev eth0") == (mode != "l2"), "\(routes)")
    try await host.docker("rm", "-f", "ipv-a", "ipv-b").succeeded()
    try await host.docker("network", "rm", "ipv").succeeded()
  }

  @Test(arguments: [
    (["-d", "macvlan", "-o", "macvlan_mode=hub"], "requested macvlan mode 'hub' is not valid"),
    (["-d", "macvlan", "-o", "parent=lo"], "loopback interface is not a valid macvlan parent link"),
    (["-d", "macvlan", "-o", "parent=ghost0"], "invalid subinterface vlan name ghost0, example formatting is eth0.10"),
    (["-d", "macvlan", "-o", "parent=ghost0.5"], "parent interface was not found on the host: ghost0"),
    (["-d", "macvlan", "-o", "parent=eth1.4095"], "vlan id must be between 1-4094, received: 4095"),
  ])
  func wrongParentsAreRefused(options: [String], says: String) async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    let output = try await host.docker(["network", "create"] + options + ["wrong"])
    #expect(output.code != 0 && output.stderr.contains(says), "\(output)")
    try await host.expectNothingSince(before)
  }
}
