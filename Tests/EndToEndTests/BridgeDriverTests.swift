import TestHosts
import Testing

/// Every option of a bridge network, from outside, from a neighbour and from inside.
@Suite(.serialized, .engineHost) struct BridgeDriverTests {
  static let bridge = "com.docker.network.bridge."

  private func create(_ name: String, _ options: String...) async throws {
    try await TestHost.shared.docker(["network", "create"] + options + [name]).succeeded()
  }

  @Test func bridgeHasTheRequestedName() async throws {
    let host = try TestHost.shared
    try await create("named", "-o", Self.bridge + "name=br-mine")
    #expect(try await host.run(["ip", "link", "show", "br-mine"]).code == 0)
    let again = try await host.docker("network", "create", "-o", Self.bridge + "name=br-mine", "other")
    #expect(again.code != 0 && again.stderr.contains("networks have same bridge name"), "\(again)")
    try await host.docker("network", "rm", "named").succeeded()
    #expect(try await host.run(["ip", "link", "show", "br-mine"]).code != 0)
  }

  @Test func existingBridgeIsAdoptedAndStays() async throws {
    let host = try TestHost.shared
    try await host.shell(
      "ip link add br0 type bridge; ip addr add 10.200.0.9/24 dev br0; ip link add v0 type veth peer v1"
    )
    .succeeded()
    let before = try await host.shell("ip -o addr show br0; cat /proc/sys/net/ipv4/conf/br0/route_localnet")
    let refused = try await host.docker("network", "create", "-o", Self.bridge + "name=v0", "wrong")
    #expect(refused.stderr.contains("existing interface v0 is not a bridge"), "\(refused)")
    try await create("adopted", "--subnet", "10.60.0.0/24", "-o", Self.bridge + "name=br0")
    try await host.runWeb("adopted-web", "--network", "adopted", "-p", "8060:80")
    try await host.runIdle("adopted-client", "--network", "adopted")
    #expect(try await host.exec("adopted-client", "ping", "-c1", "-W2", "adopted-web").code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8060", from: .outside) == "adopted-web")
    #expect(try await host.shell("ip -o addr show br0").stdout.contains("10.60.0.1/24"))
    // A restart changes nothing.
    try await host.restartEngine()
    #expect(try await host.fetchSoon("127.0.0.1:8060", from: .host) == "adopted-web")
    #expect(!host.engineLog.contains("reconciling"), "\(host.engineLog)")
    try await host.docker("rm", "-f", "adopted-web", "adopted-client").succeeded()
    try await host.docker("network", "rm", "adopted").succeeded()
    let after = try await host.shell("ip -o addr show br0; cat /proc/sys/net/ipv4/conf/br0/route_localnet")
    #expect(after.lines.filter { !$0.contains("inet6") } == before.lines, "\(after)")
    try await host.shell("ip link del br0; ip link del v0").succeeded()
  }

  @Test func addressOfAnAdoptedBridgeStays() async throws {
    let host = try TestHost.shared
    try await host.shell("ip link add br1 type bridge; ip addr add 10.61.0.1/24 dev br1").succeeded()
    try await create("same", "--subnet", "10.61.0.0/24", "--gateway", "10.61.0.1", "-o", Self.bridge + "name=br1")
    try await host.docker("network", "rm", "same").succeeded()
    #expect(try await host.shell("ip -o addr show br1").stdout.contains("10.61.0.1/24"))
    try await host.shell("ip link del br1").succeeded()
  }

  @Test func disabledICCBlocksContainers() async throws {
    let host = try TestHost.shared
    try await create("silent", "-o", Self.bridge + "enable_icc=false")
    try await host.runIdle("silent-a", "--network", "silent")
    try await host.runIdle("silent-b", "--network", "silent")
    #expect(try await host.exec("silent-a", "ping", "-c1", "-W1", "silent-b").code != 0)
    #expect(try await host.exec("silent-a", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
  }

  @Test func sourceAddressOfOutgoingPackets() async throws {
    let host = try TestHost.shared
    try await host.shell("ip addr add 198.51.100.77/24 dev eth1").succeeded()
    try await create("plain", "--subnet", "10.62.0.0/24")
    try await create("bare", "--subnet", "10.63.0.0/24", "-o", Self.bridge + "enable_ip_masquerade=false")
    try await create("chosen", "--subnet", "10.64.0.0/24", "-o", "com.docker.network.host_ipv4=198.51.100.77")
    let server = try await host.start(["busybox", "httpd", "-f", "-vv", "-p", "9000", "-h", "/"], in: .neighbour)
    defer { server.kill() }
    for name in ["plain", "bare", "chosen"] {
      _ = try await host.docker(
        "run", "--rm", "--network", name, "busybox", "sh", "-c",
        "for i in 1 2 3 4 5 6 7 8; do wget -qO- http://\(TestHost.neighbourAddress):9000/\(name) 2>&1 | grep -q 404 && break; sleep 0.2; done"
      )
    }
    let seen = server.output + server.errors
    #expect(seen.contains("198.51.100.1]"), "\(seen)")
    #expect(seen.contains("10.63.0.2"), "\(seen)")
    #expect(seen.contains("198.51.100.77"), "\(seen)")
    #expect(!seen.contains("10.62.0.2") && !seen.contains("10.64.0.2"), "\(seen)")
  }

  @Test func linksHaveTheRequestedMTU() async throws {
    let host = try TestHost.shared
    try await create("small", "-o", "com.docker.network.driver.mtu=1400", "-o", Self.bridge + "name=br-small")
    let size = try await host.docker(
      "run", "--rm", "--network", "small", "busybox", "cat", "/sys/class/net/eth0/mtu")
    #expect(size.text == "1400", "\(size)")
    #expect(try await host.shell("cat /sys/class/net/br-small/mtu").text == "1400")
  }

  @Test func interfacesHaveTheRequestedNames() async throws {
    let host = try TestHost.shared
    try await create("prefixed", "-o", "com.docker.network.container_iface_prefix=lan")
    let links = try await host.docker("run", "--rm", "--network", "prefixed", "busybox", "ls", "/sys/class/net")
    #expect(links.text.split(whereSeparator: \.isWhitespace).sorted() == ["lan0", "lo"], "\(links)")
  }

  @Test func unprotectedNetworkExposesAllPorts() async throws {
    let host = try TestHost.shared
    try await create("open", "-o", Self.bridge + "gateway_mode_ipv4=nat-unprotected")
    try await host.runWeb("open-web", "--network", "open")
    let address = try await host.address(of: "open-web", on: "open")
    #expect(try await host.fetchSoon(address, from: .neighbour) == "open-web")
    // Outgoing packets of its containers still have the host's address.
    #expect(try await host.exec("open-web", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    // Other networks are not the outside.
    try await host.runIdle("open-stranger")
    #expect(try await host.exec("open-stranger", "ping", "-c1", "-W1", address).code != 0)
  }

  @Test func routedNetworkIsReachableAtItsAddresses() async throws {
    let host = try TestHost.shared
    try await create(
      "routed", "--ipv6", "--subnet", "fd00:77::/64", "-o", Self.bridge + "gateway_mode_ipv4=routed", "-o",
      Self.bridge + "gateway_mode_ipv6=routed")
    try await host.docker(
      "run", "-d", "--name", "routed-web", "--network", "routed", "-p", "8077:80", "busybox", "sh", "-c",
      TestHost.webScript("routed", ports: [80, 81])
    ).succeeded()
    let address = try await host.address(of: "routed-web", on: "routed")
    let six = try await host.inspect("routed-web", "{{.NetworkSettings.Networks.routed.GlobalIPv6Address}}")
    #expect(try await host.fetchSoon("\(address):80", from: .neighbour) == "routed")
    #expect(try await host.fetch("\(address):81", from: .neighbour, seconds: 1) == nil)
    #expect(try await host.fetchSoon("[\(six)]:80", from: .neighbour) == "routed")
    #expect(try await host.fetch("[\(six)]:81", from: .neighbour, seconds: 1) == nil)
    #expect(try await host.run(["busybox", "ping", "-c1", "-W2", address], in: .neighbour).code == 0)
    #expect(try await host.run(["busybox", "ping6", "-c1", "-W2", six], in: .neighbour).code == 0)
    // No host port is published or reserved.
    try await host.docker(
      "run", "-d", "--name", "routed-twin", "--network", "routed", "-p", "8077:80", "busybox", "sh", "-c",
      TestHost.webScript("twin")
    ).succeeded()
    let twin = try await host.address(of: "routed-twin", on: "routed")
    #expect(try await host.fetchSoon("\(twin):80", from: .neighbour) == "twin")
    #expect(try await host.inspect("routed-twin", "{{json .NetworkSettings.Ports}}").contains(#""HostPort":"""#))
    try await host.restartEngine()
    #expect(try await host.fetchSoon("\(twin):80", from: .neighbour) == "twin")
    #expect(try await host.fetch("198.51.100.1:8077", from: .neighbour, seconds: 1) == nil)
  }

  @Test func isolatedNetworkHasNoGateway() async throws {
    let host = try TestHost.shared
    try await create(
      "alone", "--internal", "-o", Self.bridge + "gateway_mode_ipv4=isolated", "-o", Self.bridge + "name=br-alone")
    try await host.runIdle("alone-a", "--network", "alone")
    try await host.runIdle("alone-b", "--network", "alone")
    #expect(try await host.exec("alone-a", "ping", "-c1", "-W2", "alone-b").code == 0)
    #expect(try await host.shell("ip -4 -o addr show br-alone").text.isEmpty)
    #expect(try await host.inspect("alone", "{{range .IPAM.Config}}{{.Gateway}}{{end}}").isEmpty)
    #expect(try await host.inspect("alone-a", "{{.NetworkSettings.Networks.alone.Gateway}}").isEmpty)
  }

  @Test func bridgeCanHaveNoAddress() async throws {
    let host = try TestHost.shared
    try await create("inhibited", "-o", Self.bridge + "inhibit_ipv4=true", "-o", Self.bridge + "name=br-inh")
    #expect(try await host.shell("ip -4 -o addr show br-inh").text.isEmpty)
    let route = try await host.docker("run", "--rm", "--network", "inhibited", "busybox", "ip", "route")
    #expect(route.stdout.contains("default via"), "\(route)")
  }

  @Test func trustedInterfaceReachesContainers() async throws {
    let host = try TestHost.shared
    try await create("trusting", "-o", Self.bridge + "trusted_host_interfaces=eth1:eth7")
    try await host.docker(
      "run", "-d", "--name", "trusting-web", "--network", "trusting", "-p", "8078:80", "busybox", "sh", "-c",
      TestHost.webScript("trusting", ports: [80, 81])
    ).succeeded()
    let address = try await host.address(of: "trusting-web", on: "trusting")
    #expect(try await host.fetchSoon("\(address):80", from: .neighbour) == "trusting")
    #expect(try await host.fetch("\(address):81", from: .neighbour, seconds: 1) == nil)
    #expect(try await host.fetch("198.51.100.1:8078", from: .neighbour) == "trusting")
  }

  @Test func networkOptionChoosesTheHostAddress() async throws {
    let host = try TestHost.shared
    try await create("bound", "-o", Self.bridge + "host_binding_ipv4=127.0.0.1")
    try await host.runWeb("bound-web", "--network", "bound", "-p", "8079:80")
    #expect(try await host.fetchSoon("127.0.0.1:8079", from: .host) == "bound-web")
    #expect(try await host.fetch("\(TestHost.address):8079", from: .outside, seconds: 1) == nil)
  }

  @Test func unknownOptionIsWarnedAbout() async throws {
    let host = try TestHost.shared
    let answer = try await host.api(
      "POST", "/v1.50/networks/create",
      body: "{\"Name\":\"typo\",\"Options\":{\"com.docker.network.bridge.enable_icq\":\"1\"}}")
    #expect(
      answer.status == 201 && answer.body.contains("knows no option com.docker.network.bridge.enable_icq"), "\(answer)")
  }
}
