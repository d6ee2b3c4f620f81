import TestHosts
import Testing

/// IPv6 as a first-class family.
@Suite(.serialized, .engineHost) struct IPv6Tests {
  private func address6(of container: String, on network: String) async throws -> String {
    try await TestHost.shared.inspect(container, "{{.NetworkSettings.Networks.\(network).GlobalIPv6Address}}")
  }

  @Test func networkGetsAUniqueLocalSubnet() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv6", "local6").succeeded()
    let subnets = try await host.inspect("local6", "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}},{{end}}")
    let six = try #require(subnets.split(separator: ",").first { $0.hasPrefix("fd") })
    #expect(six.contains("/64 fd") && six.hasSuffix("::1"), "\(subnets)")
    try await host.runWeb("local6-a", "--network", "local6")
    try await host.runIdle("local6-b", "--network", "local6")
    #expect(try await host.exec("local6-b", "ping6", "-c1", "-W2", "local6-a").code == 0)
    let routes = try await host.exec("local6-b", "ip", "-6", "route").succeeded()
    #expect(routes.stdout.contains("default via fd"), "\(routes)")
    // Router advertisements are ignored.
    #expect(try await host.exec("local6-b", "cat", "/proc/sys/net/ipv6/conf/eth0/accept_ra").text == "0")
    let address = try await address6(of: "local6-a", on: "local6")
    #expect(try await host.dig("+short", "AAAA", "local6-a", from: .container("local6-b")).text == address)
    #expect(try await host.fetchSoon("[\(address)]", from: .container("local6-b")) == "local6-a")
    // Masqueraded, because the outside has no route back.
    #expect(try await host.exec("local6-b", "ping6", "-c1", "-W2", TestHost.outsideAddress6).code == 0)
    // A host with its own route cannot reach the container.
    #expect(try await host.fetch("[\(address)]", from: .neighbour, seconds: 1) == nil)
  }

  @Test func portsArePublishedOnBothFamilies() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv6", "published6").succeeded()
    try await host.runWeb("published6-web", "--network", "published6", "-p", "8066:80")
    for (url, place) in [
      ("\(TestHost.address):8066", TestHost.Place.outside), ("[\(TestHost.address6)]:8066", .outside),
      ("127.0.0.1:8066", .host), ("[::1]:8066", .host), ("[2001:db8:1::1]:8066", .neighbour),
    ] {
      #expect(try await host.fetchSoon(url, from: place) == "published6-web", "\(url)")
    }
    try await host.runIdle("published6-client", "--network", "published6")
    #expect(
      try await host.fetchSoon("[\(TestHost.address6)]:8066", from: .container("published6-client")) == "published6-web"
    )
    let only = try await host.docker(
      "run", "-d", "--name", "six-only-port", "--network", "published6", "-p", "[2001:db8::1]:8067:80", "busybox", "sh",
      "-c",
      TestHost.webScript("one"))
    try only.succeeded()
    #expect(try await host.fetchSoon("[\(TestHost.address6)]:8067", from: .outside) == "one")
    #expect(try await host.fetch("[2001:db8:1::1]:8067", from: .neighbour, seconds: 1) == nil)
    #expect(try await host.fetch("\(TestHost.address):8067", from: .outside, seconds: 1) == nil)
  }

  @Test func networkCanBeIPv6Only() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv4=false", "--ipv6", "--subnet", "fd00:66::/64", "alone6")
      .succeeded()
    #expect(try await host.inspect("alone6", "{{.EnableIPv4}} {{.EnableIPv6}} {{len .IPAM.Config}}") == "false true 1")
    try await host.runWeb("alone6-a", "--network", "alone6", "--ip6", "fd00:66::aa", "-p", "8068:80")
    try await host.runIdle("alone6-b", "--network", "alone6")
    let addresses = try await host.exec("alone6-a", "ip", "-o", "addr", "show", "eth0").succeeded()
    #expect(addresses.stdout.contains("fd00:66::aa/64") && !addresses.stdout.contains("inet "), "\(addresses)")
    #expect(try await host.exec("alone6-b", "ping6", "-c1", "-W2", "alone6-a").code == 0)
    #expect(try await host.dig("alone6-a", "A", from: .container("alone6-b")).stdout.contains("status: NOERROR"))
    #expect(try await host.fetchSoon("[\(TestHost.address6)]:8068", from: .outside) == "alone6-a")
    #expect(try await host.exec("alone6-b", "ping6", "-c1", "-W2", TestHost.outsideAddress6).code == 0)
    let none = try await host.docker("network", "create", "--ipv4=false", "nothing")
    #expect(none.code != 0 && none.stderr.contains("IPv4 or IPv6 must be enabled"), "\(none)")
  }

  @Test func internalNetworkIsIsolatedOnIPv6() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv6", "--internal", "sealed6").succeeded()
    try await host.runIdle("sealed6-a", "--network", "sealed6")
    try await host.runIdle("sealed6-b", "--network", "sealed6")
    #expect(try await host.exec("sealed6-a", "ping6", "-c1", "-W2", "sealed6-b").code == 0)
    #expect(try await host.exec("sealed6-a", "ping6", "-c1", "-W1", TestHost.outsideAddress6).code != 0)
  }

  @Test func routerAdvertisementsAreIgnored() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "--ipv6", "-o", "com.docker.network.bridge.name=br-ra", "ra").succeeded()
    try await host.runIdle("ra-a", "--network", "ra")
    try await host.shell("ip addr | grep -q br-ra && test \"$(cat /proc/sys/net/ipv6/conf/br-ra/accept_ra)\" = 0")
      .succeeded()
    let six = try await host.exec("ra-a", "ip", "-6", "-o", "addr", "show", "dev", "eth0").succeeded()
    // Its own address and the link-local address, no third one.
    #expect(six.lines.count == 2, "\(six)")
  }
}

/// IPv6 on the default bridge (`--ipv6`).
@Suite(.serialized, .engineHost("--ipv6", "--fixed-cidr-v6", "fd00:17::/64")) struct DefaultBridgeIPv6Tests {
  @Test func defaultContainersHaveBothFamilies() async throws {
    let host = try TestHost.shared
    #expect(
      try await host.inspect("bridge", "{{.EnableIPv6}} {{range .IPAM.Config}}{{.Subnet}},{{end}}").contains(
        "fd00:17::/64"))
    try await host.runWeb("plain6", "-p", "8069:80")
    let address = try await host.inspect("plain6", "{{.NetworkSettings.GlobalIPv6Address}}")
    #expect(address.hasPrefix("fd00:17::"), "\(address)")
    #expect(try await host.exec("plain6", "ping6", "-c1", "-W2", TestHost.outsideAddress6).code == 0)
    #expect(try await host.fetchSoon("[\(TestHost.address6)]:8069", from: .outside) == "plain6")
    try await host.restartEngine()
    #expect(try await host.inspect("plain6", "{{.NetworkSettings.GlobalIPv6Address}}") == address)
    #expect(try await host.fetchSoon("[\(TestHost.address6)]:8069", from: .outside) == "plain6")
  }
}
