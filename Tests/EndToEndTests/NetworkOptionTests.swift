import TestHosts
import Testing

/// The options of networks and endpoints that are common to all drivers.
@Suite(.serialized, .engineHost) struct NetworkOptionTests {
  private func create(_ name: String, _ options: String...) async throws {
    try await TestHost.shared.docker(["network", "create"] + options + [name]).succeeded()
  }

  /// The output of a container that exits at once.
  private func output(_ options: [String], _ command: String...) async throws -> CommandOutput {
    try await TestHost.shared.docker(["run", "--rm"] + options + ["busybox"] + command)
  }

  @Test func rangesGatewaysAndAuxiliaryAddresses() async throws {
    let host = try TestHost.shared
    try await create(
      "ranged", "--subnet", "10.70.0.0/24", "--gateway", "10.70.0.254", "--ip-range", "10.70.0.64/30", "--aux-address",
      "printer=10.70.0.64", "--aux-address", "scanner=10.70.0.66")
    for name in ["ranged-a", "ranged-b"] { try await host.runIdle(name, "--network", "ranged") }
    #expect(try await host.address(of: "ranged-a", on: "ranged") == "10.70.0.65")
    #expect(try await host.address(of: "ranged-b", on: "ranged") == "10.70.0.67")
    let full = try await output(["--network", "ranged"], "true")
    #expect(full.code != 0 && full.stderr.contains("no available IPv4 addresses"), "\(full)")
    // Outside the range, inside the subnet: by name only.
    let asked = try await output(["--network", "ranged", "--ip", "10.70.0.9"], "ip", "-o", "addr", "show", "eth0")
    #expect(asked.stdout.contains("10.70.0.9/24"), "\(asked)")
    let taken = try await output(["--network", "ranged", "--ip", "10.70.0.66"], "true")
    #expect(taken.code != 0 && taken.stderr.contains("Address already in use"), "\(taken)")
    let shown = try await host.inspect("ranged", "{{json (index .IPAM.Config 0)}}")
    for part in ["10.70.0.0/24", "10.70.0.64/30", "10.70.0.254", "\"printer\":\"10.70.0.64\""] {
      #expect(shown.contains(part), "\(shown)")
    }
  }

  @Test func severalSubnetsAndBothFamilies() async throws {
    let host = try TestHost.shared
    // The client sends them in its own order; the first subnet with a free address provides it.
    let answer = try await host.api(
      "POST", "/v1.50/networks/create",
      body: """
        {"Name":"several","EnableIPv6":true,"IPAM":{"Config":[{"Subnet":"10.71.0.0/30","Gateway":"10.71.0.1"},
        {"Subnet":"10.71.1.0/24"},{"Subnet":"fd00:71::/64","Gateway":"fd00:71::1"}]}}
        """)
    #expect(answer.status == 201, "\(answer)")
    try await host.runIdle("several-a", "--network", "several")
    try await host.runIdle("several-b", "--network", "several")
    #expect(try await host.address(of: "several-a", on: "several") == "10.71.0.2")
    #expect(try await host.address(of: "several-b", on: "several") == "10.71.1.2")
    #expect(try await host.exec("several-b", "ip", "route").stdout.contains("default via 10.71.1.1"))
    #expect(try await host.exec("several-b", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
  }

  @Test func gatewayCanBeAnotherRouter() async throws {
    try await create("router", "--subnet", "10.72.0.0/24", "--aux-address", "DefaultGatewayIPv4=10.72.0.200")
    let routes = try await output(["--network", "router"], "ip", "route")
    #expect(routes.stdout.contains("default via 10.72.0.200"), "\(routes)")
  }

  @Test func labelsAndFlagsAreShown() async throws {
    let host = try TestHost.shared
    try await create("shown", "--label", "a=1", "--label", "b", "--attachable", "--internal", "--scope", "local")
    let shown = try await host.inspect("shown", "{{.Labels}} {{.Attachable}} {{.Internal}} {{.Scope}}")
    #expect(shown == "map[a:1 b:] true true local")
    #expect(try await host.docker("network", "ls", "-q", "--filter", "label=a=1").lines.count == 1)
    let wrong = try await host.docker("network", "create", "--scope", "galactic", "x")
    #expect(wrong.code != 0, "\(wrong)")
  }

  @Test func configurationNetworkServesOthers() async throws {
    let host = try TestHost.shared
    try await create(
      "settings", "--config-only", "--subnet", "10.73.0.0/24", "-o", "com.docker.network.driver.mtu=1300", "--label",
      "from=1")
    try await create("configured", "--config-from", "settings")
    #expect(try await output(["--network", "configured"], "cat", "/sys/class/net/eth0/mtu").text == "1300")
    #expect(
      try await host.inspect("configured", "{{(index .IPAM.Config 0).Subnet}} {{.Labels}} {{.ConfigFrom.Network}}")
        == "10.73.0.0/24 map[from:1] settings")
    #expect(try await host.inspect("settings", "{{.ConfigOnly}} {{.Driver}}") == "true null")
    let used = try await output(["--network", "settings"], "true")
    #expect(used.code != 0 && used.stderr.contains("configuration-only network"), "\(used)")
    let held = try await host.docker("network", "rm", "settings")
    #expect(held.code != 0 && held.stderr.contains("configuration network"), "\(held)")
    // Prune removes the networks that use it, and keeps the configuration.
    #expect(try await host.docker("network", "prune", "-f").succeeded().lines.contains("configured"))
    try await host.docker("network", "rm", "settings").succeeded()
  }

  @Test func automaticSubnetHasNoFixedAddresses() async throws {
    let host = try TestHost.shared
    try await create("chosen")
    let subnet = try await host.inspect("chosen", "{{(index .IPAM.Config 0).Subnet}}")
    let address = subnet.split(separator: "/")[0].dropLast() + "99"
    let words = "user specified IP address is supported only when connecting to networks with user configured subnets"
    let run = try await output(["--network", "chosen", "--ip", String(address)], "true")
    #expect(run.code != 0 && run.stderr.contains(words), "\(run)")
    try await host.runIdle("wanderer")
    let connect = try await host.docker("network", "connect", "--ip", String(address), "chosen", "wanderer")
    #expect(connect.code != 0 && connect.stderr.contains(words), "\(connect)")
    // IPv6 addresses are refused on networks without IPv6.
    try await create("four", "--subnet", "10.74.0.0/24")
    let six = try await output(["--network", "four", "--ip6", "fd00::9"], "true")
    #expect(six.code != 0 && six.stderr.contains(words), "\(six)")
  }

  @Test func longFormOfTheNetworkOption() async throws {
    let host = try TestHost.shared
    try await create("long1", "--subnet", "10.75.0.0/24")
    try await create("long2", "--subnet", "10.76.0.0/24", "--ipv6", "--subnet", "fd00:76::/64")
    try await host.runIdle(
      "long", "--network",
      "name=long1,ip=10.75.0.7,mac-address=02:42:00:00:00:07,alias=seven,alias=vii,driver-opt=com.docker.network.endpoint.ifname=front0",
      "--network",
      "name=long2,ip=10.76.0.8,ip6=fd00:76::8,gw-priority=1,link-local-ip=169.254.7.8,driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.log_martians=1"
    )
    let links = try await host.exec("long", "ip", "-o", "addr").succeeded()
    for part in ["front0    inet 10.75.0.7/24", "inet 10.76.0.8/24", "inet6 fd00:76::8/64", "169.254.7.8/16"] {
      #expect(links.stdout.contains(part), "\(links)")
    }
    #expect(try await host.exec("long", "cat", "/sys/class/net/front0/address").text == "02:42:00:00:00:07")
    #expect(try await host.exec("long", "ip", "route").stdout.contains("default via 10.76.0.1"))
    #expect(try await host.exec("long", "cat", "/proc/sys/net/ipv4/conf/eth0/log_martians").text == "1")
    #expect(try await host.exec("long", "cat", "/proc/sys/net/ipv4/conf/front0/log_martians").text == "0")
    try await host.runIdle("caller", "--network", "long1")
    for name in ["long", "seven", "vii"] {
      #expect(try await host.dig("+short", name, from: .container("caller")).text == "10.75.0.7")
    }
    let shown = try await host.inspect("long", "{{json .NetworkSettings.Networks.long2}}")
    for part in ["\"GwPriority\":1", "\"LinkLocalIPs\":[\"169.254.7.8\"]", "\"IPv6Address\":\"fd00:76::8\""] {
      #expect(shown.contains(part), "\(shown)")
    }
  }

  @Test func nameDecidesAmongEqualGateways() async throws {
    let host = try TestHost.shared
    try await create("zeta", "--subnet", "10.78.0.0/24")
    try await create("alpha", "--subnet", "10.79.0.0/24")
    try await host.runIdle("chooser", "--network", "zeta")
    #expect(try await host.exec("chooser", "ip", "route").stdout.contains("default via 10.78.0.1"))
    try await host.docker("network", "connect", "alpha", "chooser").succeeded()
    #expect(try await host.exec("chooser", "ip", "route").stdout.contains("default via 10.79.0.1"))
    try await host.docker("network", "disconnect", "alpha", "chooser").succeeded()
    try await host.docker("network", "connect", "--gw-priority", "-1", "alpha", "chooser").succeeded()
    #expect(try await host.exec("chooser", "ip", "route").stdout.contains("default via 10.78.0.1"))
  }

  @Test func namesOfServersAndHosts() async throws {
    let text = try await output(
      [
        "--dns", "192.0.2.53", "--dns-search", "example.test", "--dns-option", "timeout:3", "--add-host",
        "here:host-gateway", "--add-host", "there=192.0.2.44", "--add-host", "six:[2001:db8::44]",
      ], "cat", "/etc/resolv.conf", "/etc/hosts")
    for part in [
      "nameserver 127.0.0.11", "search example.test", "options timeout:3", "192.0.2.44\tthere", "2001:db8::44\tsix",
    ] { #expect(text.stdout.contains(part), "\(text)") }
    let gateway = try await TestHost.shared.inspect("bridge", "{{(index .IPAM.Config 0).Gateway}}")
    #expect(text.stdout.contains("\(gateway)\there"), "\(text)")
    // Without the engine's resolver, the server is asked directly.
    let hosts = try await output(["--network", "host", "--dns", "192.0.2.53"], "cat", "/etc/resolv.conf")
    #expect(hosts.stdout.contains("nameserver 192.0.2.53"), "\(hosts)")
  }

  @Test(arguments: [
    (
      ["--network", "host", "--network", "bridge"],
      "container cannot be disconnected from host network or connected to host network"
    ),
    (
      ["--network", "none", "--network", "bridge"],
      "container cannot be connected to multiple networks with one of the networks in private (none) mode"
    ),
    (["--network", "container:ghost"], "No such container: ghost"),
    (["--network", "container:"], "invalid container format container:<name|id>"),
    (["--network", "container:resident", "-p", "80:80"], "port publishing and the container type network mode"),
    (["--network", "container:resident", "--hostname", "x"], "hostname and the network mode"),
    (["--network", "container:resident", "--add-host", "a:1.2.3.4"], "custom host-to-IP mapping and the network mode"),
    (["--network", "container:resident", "--dns", "1.2.3.4"], "dns and the network mode"),
    (["--network", "container:resident", "--expose", "80"], "port exposing and the container type network mode"),
    (["--network", "container:resident", "--link", "resident:r"], "can't be used with links"),
    (["--network", "host", "--link", "resident:r"], "host type networking can't be used with links"),
    (
      ["--network", "name=extra,driver-opt=com.docker.network.endpoint.sysctls=net.core.somaxconn=5"],
      "unrecognised network interface sysctl 'net.core.somaxconn=5'"
    ),
    (["--network", "name=extra,driver-opt=com.docker.network.endpoint.ifname=a/b"], "a/b"),
    (["--network", "name=extra,link-local-ip=127.0.0.1"], "invalid link-local IP address: 127.0.0.1"),
    (["--network", "name=extra,mac-address=01:00:5e:00:00:01"], "invalid MAC address 01:00:5e:00:00:01"),
    (["--network-alias", "x"], "network-scoped aliases are only supported for user-defined networks"),
  ])
  func contradictoryOptionsAreRefused(options: [String], says: String) async throws {
    let host = try TestHost.shared
    if try await host.docker("inspect", "resident").code != 0 { try await host.runIdle("resident") }
    if try await host.docker("network", "inspect", "extra").code != 0 { try await create("extra") }
    let before = try await host.docker("ps", "-aq").lines
    let result = try await output(options, "true")
    #expect(result.code != 0 && result.stderr.contains(says), "\(result)")
    try await waitUntil("nothing to be left", for: .seconds(5)) { try await host.docker("ps", "-aq").lines == before }
  }

  @Test func refusedSysctlFailsTheStart() async throws {
    let host = try TestHost.shared
    try await create("refusing")
    let before = try await host.snapshot()
    let wrong = try await output(
      ["--network", "name=refusing,driver-opt=com.docker.network.endpoint.sysctls=net.ipv4.conf.IFNAME.nonesuch=1"],
      "true")
    #expect(wrong.code != 0 && wrong.stderr.contains("nonesuch"), "\(wrong)")
    try await host.expectNothingSince(before)
  }
}
