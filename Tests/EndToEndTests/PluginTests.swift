import TestHosts
import Testing

/// Network and IPAM plugins with Docker's remote protocols.
@Suite(.serialized) struct PluginTests {
  @Test(.bareHost) func lifecycleOfAPluginNetwork() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    let empty = try await host.snapshot()
    try await host.docker("network", "create", "-d", "test", "-o", "speed=fast", "--subnet", "10.70.0.0/24", "net")
      .succeeded()
    #expect(
      try await host.docker("network", "inspect", "-f", "{{.Driver}} {{.Scope}} {{.Options}} {{.IPAM.Driver}}", "net")
        .text == "test local map[speed:fast] default")
    #expect(try await plugin.memory(".networks[].options") == #"{"speed":"fast"}"#)
    #expect(try await host.docker("info", "-f", "{{.Plugins.Network}}").text.contains("test"))

    try await host.runIdle("aa", "--network", "net")
    try await host.runIdle("bb", "--network", "net", "--ip", "10.70.0.9", "--mac-address", "02:99:00:00:00:01")
    let link = try await host.exec("aa", "ip", "-o", "address", "show", "eth0").succeeded().text
    #expect(link.contains("10.70.0.2/24"), "\(link)")
    #expect(try await host.exec("bb", "cat", "/sys/class/net/eth0/address").text == "02:99:00:00:00:01")
    #expect(try await host.inspect("aa", "{{.NetworkSettings.Networks.net.MacAddress}}") == "02:aa:00:00:00:01")
    #expect(try await host.exec("aa", "cat", "/sys/class/net/eth0/address").text == "02:aa:00:00:00:01")
    let routes = try await host.exec("aa", "ip", "route").succeeded().lines.map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(routes.contains { $0.hasPrefix("default via 10.70.0.1 dev eth0") }, "\(routes)")
    #expect(routes.contains { $0.hasPrefix("203.0.113.0/24 via 10.70.0.1 dev eth0") }, "\(routes)")
    #expect(routes.contains { $0.hasPrefix("198.51.100.7 dev eth0") }, "\(routes)")
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "10.70.0.1").code == 0)
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "bb").code == 0)
    #expect(try await plugin.memory(".endpoints | length") == "2")
    let sandbox = try await plugin.memory("[.endpoints[].sandbox][0]")
    #expect(sandbox.contains("/netns/"), "\(sandbox)")

    // In use.
    #expect(try await host.docker("network", "rm", "net").code != 0)
    try await host.docker("restart", "-t", "2", "aa").succeeded()
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "bb").code == 0)
    try await host.docker("rm", "-f", "aa", "bb").succeeded()
    #expect(try await plugin.memory(".endpoints | length") == "0")
    try await host.docker("network", "rm", "net").succeeded()
    #expect(try await plugin.expectsNothing())
    try await host.expectNothingSince(empty)
  }

  @Test(.bareHost) func addressesFromAnIPAMPlugin() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin("mac=true")
    let empty = try await host.snapshot()
    try await host.docker(
      "network", "create", "-d", "test", "--ipam-driver", "test", "--ipam-opt", "color=blue", "--ipv6", "both"
    ).succeeded()
    // The bridge driver with the plugin's addresses.
    try await host.docker(
      "network", "create", "--ipam-driver", "test", "--subnet", "10.71.0.0/24", "--aux-address", "printer=10.71.0.10",
      "mixed"
    ).succeeded()
    #expect(
      try await host.docker(
        "network", "inspect", "-f",
        "{{.IPAM.Driver}} {{.IPAM.Options}} {{range .IPAM.Config}}{{.Subnet}} {{.Gateway}} {{end}}",
        "both"
      ).text == "test map[color:blue] 10.200.0.0/24 10.200.0.254 fd00:200:1::/64 fd00:200:1::fe")
    #expect(try await plugin.memory(#".pools["pool-10.200.0.0/24"].options"#) == #"{"color":"blue"}"#)

    try await host.runIdle("aa", "--network", "both")
    #expect(try await host.address(of: "aa", on: "both") == "10.200.0.10")
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "10.200.0.254").code == 0)
    #expect(try await host.exec("aa", "ping", "-6", "-c4", "-W4", "fd00:200:1::fe").code == 0)
    try await host.docker("network", "connect", "--ip", "10.71.0.77", "mixed", "aa").succeeded()
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", "-I", "10.71.0.77", "10.71.0.254").code == 0)
    try await host.runIdle("bb", "--network", "mixed")
    #expect(try await host.address(of: "bb", on: "mixed") == "10.71.0.11")
    #expect(try await host.exec("bb", "ping", "-c1", "-W2", "aa").code == 0)

    let taken = try await host.docker("run", "--rm", "--network", "mixed", "--ip", "10.71.0.77", "busybox", "true")
    #expect(taken.code == 125)
    #expect(taken.stderr.contains("plugin \"test\" refused IpamDriver.RequestAddress"), "\(taken)")

    try await host.docker("network", "disconnect", "mixed", "aa").succeeded()
    #expect(
      try await plugin.memory(#".pools["pool-10.71.0.0/24"].taken | keys"#)
        == #"["10.71.0.10","10.71.0.11","10.71.0.254"]"#)
    try await host.removeEverything()
    #expect(try await plugin.expectsNothing())
    try await host.expectNothingSince(empty)
  }

  @Test(.bareHost) func connectAndDisconnectOnAPluginNetwork() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin("prefix=wan")
    try await host.docker("network", "create", "-d", "test", "--internal", "--subnet", "10.72.0.0/24", "net")
      .succeeded()
    try await host.docker("network", "create", "plain").succeeded()
    try await host.runIdle("aa", "--network", "plain", "-p", "8085:80")
    // The namespaces of the first exec exist as long as the container.
    try await host.exec("aa", "true").succeeded()
    let before = try await host.snapshot()
    for _ in 1...3 {
      try await host.docker("network", "connect", "--driver-opt", "vlan=7", "net", "aa").succeeded()
      #expect(try await host.exec("aa", "ping", "-c1", "-W2", "10.72.0.1").code == 0)
      #expect(try await host.exec("aa", "ls", "/sys/class/net").text.contains("wan0"))
      try await host.docker("network", "disconnect", "net", "aa").succeeded()
      #expect(try await plugin.memory(".endpoints | length") == "0")
      try await host.expectNothingSince(before)
    }
    let made = try await plugin.calls().filter { $0.hasPrefix("NetworkDriver.CreateEndpoint") }
    #expect(made.count == 3)
    #expect(made.allSatisfy { $0.contains(#""vlan":"7""#) && $0.contains(#""HostPort":8085"#) }, "\(made)")
  }

  @Test(.bareHost) func planOfAPluginNetwork() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin()
    let plan = try await host.causeway(
      "network", "create", "--plan", "-d", "test", "--ipam-driver", "test", "-o", "a=b", "net"
    ).succeeded()
    #expect(plan.stdout.contains("plugin test: IpamDriver.RequestPool"), "\(plan)")
    #expect(plan.stdout.contains("plugin test: NetworkDriver.CreateNetwork"), "\(plan)")
    #expect(plan.stdout.contains(#""a":"b""#), "\(plan)")
    try await host.docker("network", "create", "-d", "test", "real").succeeded()
    let run = try await host.causeway("run", "--plan", "--network", "real", "busybox", "true").succeeded()
    #expect(run.stdout.contains("plugin test: NetworkDriver.Join"), "\(run)")
    let removal = try await host.causeway("network", "rm", "--plan", "real").succeeded()
    #expect(removal.stdout.contains("plugin test: NetworkDriver.DeleteNetwork"), "\(removal)")
    #expect(try await plugin.calls().contains { $0.hasPrefix("IpamDriver") } == false)
    #expect(try await plugin.memory(".networks | length") == "1")
  }

  @Test(.bareHost) func globalScopeDriver() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin("scope=global")
    try await host.docker("network", "create", "-d", "test", "-o", "asked=1", "wide").succeeded()
    #expect(try await host.docker("network", "inspect", "-f", "{{.Scope}}", "wide").text == "global")
    #expect(try await plugin.memory(".networks[].options") == #"{"allocated":"7","asked":"1"}"#)
    let calls = try await plugin.calls()
    #expect(calls.contains { $0.hasPrefix("NetworkDriver.DiscoverNew") && $0.contains(TestHost.address) }, "\(calls)")
    try await host.docker("network", "rm", "wide").succeeded()
    try await host.killEngine(15)
    let later = try await plugin.calls().dropFirst(calls.count)
    #expect(later.contains { $0.hasPrefix("NetworkDriver.FreeNetwork") })
    #expect(later.contains { $0.hasPrefix("NetworkDriver.DiscoverDelete") })
  }
}
