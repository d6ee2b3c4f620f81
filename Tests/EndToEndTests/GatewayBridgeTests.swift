import TestHosts
import Testing

/// External connectivity through `docker_gwbridge` for containers on networks without it.
@Suite(.serialized) struct GatewayBridgeTests {
  @Test(.bareHost) func internalContainerGetsAGatewayEndpoint() async throws {
    let host = try TestHost.shared
    let plugin = try await host.startWithPlugin("gateway=none")
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.73.0.0/24", "net").succeeded()
    #expect(try await host.docker("network", "inspect", "docker_gwbridge").code == 1)
    try await host.runWeb("aa", "--network", "net", "-p", "8090:80")
    try await host.runIdle("bb", "--network", "net")

    // Created and shown as by Docker.
    #expect(
      try await host.docker(
        "network", "ls", "--filter", "name=docker_gwbridge", "--format", "{{.Name}} {{.Driver}} {{.Scope}}"
      ).text == "docker_gwbridge bridge local")
    let id = try await host.inspect("aa", "{{.Id}}")
    #expect(
      try await host.docker(
        "network", "inspect", "-f",
        "{{index .Options \"com.docker.network.bridge.enable_icc\"}} {{(index .Containers \"\(id)\").Name}}",
        "docker_gwbridge"
      ).text == "false gateway_\(id.prefix(12))")
    #expect(try await host.inspect("aa", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}") == "net")
    #expect(try await host.inspect("aa", "{{(index .NetworkSettings.Ports \"80/tcp\" 0).HostPort}}") == "8090")

    // The default route, and the port.
    let routes = try await host.exec("aa", "ip", "route", "show", "default").succeeded().text
    #expect(routes.contains("dev eth1"), "\(routes)")
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8090", from: .outside) == "aa")
    #expect(try await host.fetchSoon("127.0.0.1:8090", from: .host) == "aa")

    // No names and no neighbours there.
    let gateway = try await Self.gatewayAddress(of: "aa", host)
    #expect(try await host.dig("+short", "aa", from: .container("bb")).answers == ["10.73.0.2"])
    #expect(try await host.dig("+short", "-x", gateway, from: .container("bb")).answers.isEmpty)
    #expect(try await host.exec("bb", "ping", "-c1", "-W1", gateway).code != 0)
    #expect(try await host.exec("bb", "ping", "-c1", "-W2", "aa").code == 0)
    #expect(try await host.docker("network", "rm", "docker_gwbridge").code != 0)

    // The record is stored.
    try await host.removeEverything()
    #expect(try await plugin.expectsNothing())
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "docker_gwbridge").text == "0")
    try await host.docker("network", "rm", "docker_gwbridge").succeeded()
  }

  @Test(.bareHost) func gatewayEndpointFollowsTheNetworks() async throws {
    let host = try TestHost.shared
    _ = try await host.startWithPlugin("gateway=none")
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.74.0.0/24", "net").succeeded()
    try await host.docker("network", "create", "-d", "test", "--internal", "--subnet", "10.75.0.0/24", "closed")
      .succeeded()
    try await host.docker("network", "create", "--internal", "inner").succeeded()
    try await host.docker("network", "create", "plain").succeeded()
    try await host.runWeb("aa", "--network", "inner", "-p", "8091:80")
    try await host.docker("network", "connect", "closed", "aa").succeeded()
    #expect(try await Self.links(of: "aa", host) == ["eth0", "eth1"])
    let before = try await host.exec("aa", "ip", "route").succeeded().text

    try await host.docker("network", "connect", "net", "aa").succeeded()
    #expect(try await Self.links(of: "aa", host) == ["eth0", "eth1", "eth2", "eth3"])
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8091", from: .outside) == "aa")

    // Another network has external connectivity now, and publishes the port.
    try await host.docker("network", "connect", "plain", "aa").succeeded()
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "docker_gwbridge").text == "0")
    #expect(try await Self.links(of: "aa", host) == ["eth0", "eth1", "eth2", "eth4"])
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8091", from: .outside) == "aa")

    // And back.
    try await host.docker("network", "disconnect", "plain", "aa").succeeded()
    #expect(try await host.exec("aa", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.fetchSoon("\(TestHost.address):8091", from: .outside) == "aa")
    try await host.docker("network", "disconnect", "net", "aa").succeeded()
    #expect(try await host.exec("aa", "ip", "route").succeeded().text == before)
    #expect(try await host.fetch("\(TestHost.address):8091", from: .outside, seconds: 1) == nil)
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "docker_gwbridge").text == "0")
  }

  @Test(.bareHost) func pluginCanRefuseTheGateway() async throws {
    let host = try TestHost.shared
    _ = try await host.startWithPlugin("gateway=refuse")
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.76.0.0/24", "net").succeeded()
    try await host.runIdle("aa", "--network", "net")
    #expect(try await Self.links(of: "aa", host) == ["eth0"])
    #expect(try await host.docker("network", "inspect", "docker_gwbridge").code == 1)
  }

  @Test(.bareHost) func existingGatewayNetworkIsUsed() async throws {
    let host = try TestHost.shared
    _ = try await host.startWithPlugin("gateway=none")
    try await host.docker(
      "network", "create", "--subnet", "10.77.0.0/16", "-o", "com.docker.network.bridge.name=gwb0", "docker_gwbridge"
    ).succeeded()
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.78.0.0/24", "net").succeeded()
    try await host.runIdle("aa", "--network", "net")
    #expect(try await Self.gatewayAddress(of: "aa", host) == "10.77.0.2")
    #expect(try await host.shell("ip link show master gwb0").succeeded().text.contains("cwe"))

    // An unsuitable network is named in the error.
    try await host.removeEverything()
    try await host.docker("network", "rm", "docker_gwbridge").succeeded()
    try await host.docker("network", "create", "--internal", "docker_gwbridge").succeeded()
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.78.0.0/24", "net").succeeded()
    let refusal = try await host.docker("run", "--rm", "--network", "net", "busybox", "true")
    #expect(refusal.code == 125)
    #expect(refusal.stderr.contains("the network docker_gwbridge"), "\(refusal)")
  }

  @Test(.bareHost) func gatewaySurvivesKillsAndDrift() async throws {
    let host = try TestHost.shared
    _ = try await host.startWithPlugin("gateway=none")
    try await host.docker("network", "create", "-d", "test", "--subnet", "10.79.0.0/24", "net").succeeded()
    try await host.runWeb("aa", "--network", "net", "-p", "8092:80")
    try await host.killEngine()
    #expect(try await host.fetchSoon("\(TestHost.address):8092", from: .outside) == "aa")
    try await host.startEngine(TestPlugin.flags(host))
    #expect(try await host.causeway("plan").succeeded().text == "")
    #expect(try await host.fetchSoon("\(TestHost.address):8092", from: .outside) == "aa")
    let near = try await host.shell(
      "ip -o link show master cw-$(docker network inspect -f '{{slice .Id 0 12}}' docker_gwbridge) | cut -d' ' -f2 "
        + "| cut -d@ -f1"
    ).succeeded().text
    try await host.shell("ip link delete \(near)").succeeded()
    try await waitUntil("the way out to come back", for: .seconds(5)) {
      try await host.exec("aa", "ping", "-c1", "-W1", TestHost.outsideAddress).code == 0
    }
    #expect(try await host.fetchSoon("\(TestHost.address):8092", from: .outside) == "aa")
    try await host.docker("restart", "-t", "1", "aa").succeeded()
    #expect(try await host.fetchSoon("\(TestHost.address):8092", from: .outside) == "aa")
    // A second container cannot publish the port.
    let taken = try await host.docker("run", "--rm", "--network", "net", "-p", "8092:80", "busybox", "true")
    #expect(taken.stderr.contains("Bind for 0.0.0.0:8092 failed: port is already allocated"), "\(taken)")
    // Nothing of that container is left.
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "docker_gwbridge").text == "1")
    #expect(try await host.causeway("plan").succeeded().text == "")
  }

  private static func links(of container: String, _ host: TestHost) async throws -> [String] {
    try await host.exec(container, "ls", "/sys/class/net").succeeded().text.split { $0.isWhitespace }.map(String.init)
      .filter { $0.hasPrefix("eth") }.sorted()
  }

  private static func gatewayAddress(of container: String, _ host: TestHost) async throws -> String {
    let id = try await host.inspect(container, "{{.Id}}")
    let text = try await host.docker(
      "network", "inspect", "-f", "{{(index .Containers \"\(id)\").IPv4Address}}", "docker_gwbridge"
    ).succeeded().text
    return String(text.prefix { $0 != "/" })
  }
}
