import TestHosts
import Testing

/// Reachability between containers, hosts and the outside.
@Suite(.serialized, .engineHost) struct NetworkTests {
  @Test func containersOfOneNetworkReachEachOther() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "one").succeeded()
    try await host.runWeb("one-a", "--network", "one")
    try await host.runIdle("one-b", "--network", "one")
    let address = try await host.address(of: "one-a", on: "one")
    #expect(try await host.fetchSoon(address, from: .container("one-b")) == "one-a")
  }

  @Test func networksAreIsolatedFromEachOther() async throws {
    let host = try TestHost.shared
    for name in ["iso1", "iso2"] {
      try await host.docker("network", "create", name).succeeded()
      try await host.runWeb("web-\(name)", "--network", name)
    }
    try await host.runWeb("web-default")
    let second = try await host.address(of: "web-iso2", on: "iso2")
    let fallback = try await host.address(of: "web-default", on: "bridge")
    #expect(try await host.fetchSoon(second, from: .container("web-iso2")) == "web-iso2")
    #expect(try await host.fetch(second, from: .container("web-iso1"), seconds: 1) == nil)
    #expect(try await host.fetch(fallback, from: .container("web-iso1"), seconds: 1) == nil)
    #expect(try await host.fetch(second, from: .container("web-default"), seconds: 1) == nil)
    #expect(try await host.exec("web-iso1", "ping", "-c1", "-W1", second).code != 0)
    // The other network's gateway address on the host is unreachable as well.
    let gateway = try await host.inspect("iso2", "{{(index .IPAM.Config 0).Gateway}}")
    #expect(!gateway.isEmpty)
  }

  @Test func neighbourCannotRouteToTheSubnet() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "walled").succeeded()
    try await host.runWeb("walled-web", "--network", "walled")
    let address = try await host.address(of: "walled-web", on: "walled")
    #expect(try await host.fetchSoon(address, from: .host) == "walled-web")
    #expect(try await host.fetch(address, from: .neighbour, seconds: 1) == nil)
    #expect(try await host.run(["busybox", "ping", "-c1", "-W1", address], in: .neighbour).code != 0)
    // The neighbour can reach the host, so it is not disconnected.
    #expect(try await host.run(["busybox", "ping", "-c1", "-W1", "198.51.100.1"], in: .neighbour).code == 0)
  }

  @Test func containersReachTheOutside() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "outbound").succeeded()
    try await host.runIdle("client", "--network", "outbound")
    // The outside has no route to the container, so only masqueraded packets are answered.
    #expect(try await host.exec("client", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    try await host.runIdle("client-default")
    #expect(try await host.exec("client-default", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
  }

  @Test func internalNetworkIsIsolated() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--internal", "sealed").succeeded()
    try await host.runWeb("sealed-web", "--network", "sealed")
    try await host.runIdle("sealed-client", "--network", "sealed")
    #expect(try await host.exec("sealed-client", "ping", "-c1", "-W2", "sealed-web").code == 0)
    #expect(try await host.exec("sealed-client", "ping", "-c1", "-W1", TestHost.outsideAddress).code != 0)
  }

  @Test func containerOnSeveralNetworksReachesAll() async throws {
    let host = try TestHost.shared
    for name in ["left", "right"] {
      try await host.docker("network", "create", name).succeeded()
      try await host.runWeb("web-\(name)", "--network", name)
    }
    try await host.runIdle("both", "--network", "left", "--network", "right")
    for name in ["left", "right"] {
      #expect(try await host.exec("both", "ping", "-c1", "-W2", "web-\(name)").code == 0)
    }
    #expect(try await host.exec("web-left", "ping", "-c1", "-W1", "web-right").code != 0)
    let links = try await host.exec("both", "ls", "/sys/class/net").succeeded()
    #expect(links.text.split(whereSeparator: \.isWhitespace).sorted() == ["eth0", "eth1", "lo"])
  }

  @Test func connectAndDisconnectWhileRunning() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "late").succeeded()
    try await host.runWeb("late-web", "--network", "late")
    try await host.runIdle("mover")
    try await host.docker("network", "connect", "--alias", "movable", "late", "mover").succeeded()
    #expect(try await host.exec("mover", "ping", "-c1", "-W2", "late-web").code == 0)
    #expect(try await host.exec("late-web", "ping", "-c1", "-W2", "movable").code == 0)
    try await host.docker("network", "disconnect", "late", "mover").succeeded()
    #expect(try await host.exec("mover", "ping", "-c1", "-W1", "late-web").code != 0)
    #expect(try await host.exec("late-web", "ping", "-c1", "-W1", "movable").code != 0)
    let links = try await host.exec("mover", "ls", "/sys/class/net").succeeded()
    #expect(links.text.split(whereSeparator: \.isWhitespace).sorted() == ["eth0", "lo"])
    let members = try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "late").succeeded()
    #expect(members.text == "1")
  }

  @Test func networkNoneHasOnlyLoopback() async throws {
    let host = try TestHost.shared
    let links = try await host.docker("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net")
    #expect(links.text == "lo")
    let up = try await host.docker("run", "--rm", "--network", "none", "busybox", "ping", "-c1", "-W1", "127.0.0.1")
    #expect(up.code == 0)
  }

  @Test func hostNetworkIsShared() async throws {
    let host = try TestHost.shared
    let links = try await host.docker("run", "--rm", "--network", "host", "busybox", "ip", "-o", "addr")
    #expect(links.stdout.contains(TestHost.address))
    try await host.docker(
      "run", "-d", "--name", "open", "--network", "host", "busybox", "sh", "-c",
      TestHost.webScript("open", ports: [8181])
    ).succeeded()
    #expect(try await host.fetchSoon("\(TestHost.address):8181", from: .outside) == "open")
    try await host.docker("rm", "-f", "open").succeeded()
  }

  @Test func containerNetworkCanBeShared() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "shared").succeeded()
    try await host.runWeb("owner", "--network", "shared")
    let page = try await host.docker(
      "run", "--rm", "--network", "container:owner", "busybox", "sh", "-c",
      "for i in 1 2 3 4 5; do timeout 1 wget -qO- http://127.0.0.1/ && break; sleep 0.2; done")
    #expect(page.text == "owner", "\(page)")
    let address = try await host.address(of: "owner", on: "shared")
    let links = try await host.docker(
      "run", "--rm", "--network", "container:owner", "busybox", "ip", "-o", "-4", "addr")
    #expect(links.stdout.contains(address))
  }

  @Test func fixedAddressAndMACAreUsed() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--subnet", "10.77.0.0/24", "--gateway", "10.77.0.254", "fixed")
      .succeeded()
    try await host.runIdle("pinned", "--network", "fixed", "--ip", "10.77.0.9", "--mac-address", "02:42:0a:4d:00:63")
    let shown = try await host.exec("pinned", "ip", "addr", "show", "eth0").succeeded()
    #expect(shown.stdout.contains("10.77.0.9/24"))
    #expect(shown.stdout.contains("02:42:0a:4d:00:63"))
    let route = try await host.exec("pinned", "ip", "route").succeeded()
    #expect(route.stdout.contains("default via 10.77.0.254"))
  }

  @Test func subnetsAvoidTheHostsRoutes() async throws {
    let host = try TestHost.shared
    // Routes of the host cover the first subnets of the first pool.
    try await host.shell("for i in 24 25 26 27 28; do ip route add 172.$i.0.0/16 via \(TestHost.outsideAddress); done")
      .succeeded()
    for index in 0..<6 {
      try await host.docker("network", "create", "avoid\(index)").succeeded()
      let subnet = try await host.inspect("avoid\(index)", "{{(index .IPAM.Config 0).Subnet}}")
      for taken in 24...28 { #expect(!subnet.hasPrefix("172.\(taken).")) }
    }
    try await host.docker("network", "prune", "-f").succeeded()
    try await host.shell("for i in 24 25 26 27 28; do ip route del 172.$i.0.0/16; done").succeeded()
  }

  @Test func containerCannotForgeItsAddress() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "honest").succeeded()
    try await host.runWeb("victim", "--network", "honest")
    try await host.runIdle("forger", "--network", "honest", "--cap-add", "NET_ADMIN")
    let victim = try await host.address(of: "victim", on: "honest")
    #expect(try await host.exec("forger", "ping", "-c1", "-W2", victim).code == 0)
    let prefix = victim.split(separator: ".").dropLast().joined(separator: ".")
    let forged = try await host.exec(
      "forger", "sh", "-c", "ip addr add \(prefix).200/16 dev eth0 && ping -c1 -W1 -I \(prefix).200 \(victim)")
    #expect(forged.code != 0)
    #expect(forged.stdout.contains("0 packets received"), "\(forged)")
  }
}
