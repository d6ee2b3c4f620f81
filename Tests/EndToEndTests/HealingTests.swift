import TestHosts
import Testing

/// Another program damages the engine's network: the engine heals and reports it.
@Suite(.serialized, .engineHost) struct HealingTests {
  /// Two containers on their own network; one publishes a port.
  private func scene(_ network: String, _ options: String...) async throws -> (web: String, client: String) {
    let host = try TestHost.shared
    try await host.docker(["network", "create"] + options + [network]).succeeded()
    try await host.runWeb("\(network)-web", "--network", network)
    try await host.runIdle("\(network)-client", "--network", network)
    return ("\(network)-web", "\(network)-client")
  }

  private func bridge(of network: String) async throws -> String {
    let host = try TestHost.shared
    return "cw-" + String(try await host.inspect(network, "{{.Id}}").prefix(12))
  }

  /// The host's end of a container's only veth pair.
  private func port(of container: String) async throws -> String {
    let host = try TestHost.shared
    let endpoint = try await host.inspect(container, "{{range .NetworkSettings.Networks}}{{.EndpointID}}{{end}}")
    return "cwe" + String(endpoint.prefix(12))
  }

  /// Causes damage, and waits until the client reaches the server by name again.
  private func expectHealing(_ damage: String, _ scene: (web: String, client: String)) async throws {
    let host = try TestHost.shared
    let healthy = try await host.shell(Self.state).succeeded().stdout
    try await host.shell(damage).succeeded()
    try await waitUntil("healing after: \(damage)", for: .seconds(10)) {
      guard try await host.shell(Self.state).stdout == healthy else { return false }
      return try await host.exec(scene.client, "timeout", "1", "wget", "-qO-", "http://\(scene.web)/").text == scene.web
    }
  }

  /// The state that must be restored.
  private static let state = """
    ip -o link | sed -E 's/^[0-9]+: //; s/@if[0-9]+//; s/ (qlen|qdisc) [^ ]+//g; s/state [A-Z]+//; s/link-netns.*//; s,link/ether [0-9a-f:]+,,' | grep cw | sort
    ip -o -4 addr | sed -E 's/^[0-9]+: //' | grep cw | sort
    ip route | grep cw | sed 's/ linkdown//' | sort
    sysctl net.ipv4.ip_forward
    nft -s list ruleset | sort
    """

  @Test func hostStateIsHealed() async throws {
    let host = try TestHost.shared
    let scene = try await scene("hosted")
    let bridge = try await bridge(of: "hosted")
    let port = try await port(of: scene.client)
    let subnet = try await host.inspect("hosted", "{{(index .IPAM.Config 0).Subnet}}")
    for damage in [
      "nft flush ruleset", "nft delete table inet causeway", "nft flush chain inet causeway forward",
      "nft flush set inet causeway same_network", "nft delete table bridge causeway",
      "ip link set \(bridge) down", "ip link set \(port) down", "ip link set \(port) nomaster",
      "bridge link set dev \(port) hairpin on", "bridge link set dev \(port) isolated on",
      "ip address flush dev \(bridge)", "ip route delete \(subnet)", "ip link delete \(port)",
      "ip link delete \(bridge)", "sysctl -w net.ipv4.ip_forward=0",
    ] {
      try await expectHealing(damage, scene)
    }
  }

  /// The firewall isolates, so its repairs are not delayed, however many there are.
  @Test func everyFlushIsHealedAtOnce() async throws {
    let host = try TestHost.shared
    let scene = try await scene("flushed")
    for _ in 0..<12 { try await expectHealing("nft flush ruleset", scene) }
    let lines = host.engineLog.split(separator: "\n").filter { $0.contains("the engine restored it") }
    #expect(lines.count < 100)
  }

  @Test func sandboxStateIsHealed() async throws {
    let host = try TestHost.shared
    let scene = try await scene("boxed")
    let gateway = try await host.inspect("boxed", "{{(index .IPAM.Config 0).Gateway}}")
    let pid = try await host.processID(of: scene.client)
    func routes() async throws -> String { try await host.shell("nsenter -t \(pid) -n ip route").succeeded().stdout }
    let healthy = try await routes()
    #expect(healthy.contains("default via \(gateway)"))
    for damage in [
      "ip link set eth0 down", "ip link set eth0 down; ip link set eth0 up", "ip address flush dev eth0",
      "ip route delete default", "ip link delete eth0", "nft flush ruleset",
      "ip route delete $(ip route | grep -v default | cut -d\" \" -f1)",
    ] {
      try await expectHealing("nsenter -t \(pid) -n sh -c '\(damage)'", scene)
      try await waitUntil("routes after: \(damage)", for: .seconds(5)) { try await routes() == healthy }
    }
  }

  @Test func healingIsLoggedAndReported() async throws {
    let host = try TestHost.shared
    let scene = try await scene("told")
    let bridge = try await bridge(of: "told")
    let start = try await host.shell("date +%s").succeeded().text
    try await expectHealing("ip link set \(bridge) down", scene)
    try await expectHealing("nft flush ruleset", scene)
    let now = try await host.shell("echo $(($(date +%s) + 1))").succeeded().text
    let events = try await host.docker(
      "events", "--since", start, "--until", now, "--filter", "event=heal", "--format",
      "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}"
    ).succeeded().lines
    #expect(events.contains("network heal told"), "\(events)")
    #expect(events.contains("network heal firewall"), "\(events)")
    #expect(host.engineLog.contains("another program changed the engine's network"))
  }

  /// Starting and stopping containers causes no repair.
  @Test func ownChangesAreNotDrift() async throws {
    let host = try TestHost.shared
    let scene = try await scene("calm", "--ipv6", "--subnet", "10.67.0.0/24", "--subnet", "2001:db8:67::/64")
    let before = host.engineLog.count
    try await host.docker("network", "create", "calmer").succeeded()
    try await host.docker("network", "connect", "calmer", scene.client).succeeded()
    try await host.docker("restart", "-t", "2", scene.web).succeeded()
    try await host.docker("network", "disconnect", "calm", scene.client).succeeded()
    try await host.docker("run", "--rm", "-p", "8099:80", "--network", "calm", "busybox", "true").succeeded()
    try await host.docker("rm", "-f", scene.web, scene.client).succeeded()
    try await host.docker("network", "rm", "calm", "calmer").succeeded()
    try await Task.sleep(for: .milliseconds(200))
    let log = host.engineLog.dropFirst(before)
    #expect(!log.contains("others changed"), "\(log)")
  }

  @Test func administratorCanOptOut() async throws {
    let host = try TestHost.shared
    _ = try await scene("alone", "-o", "com.causeway.network.self_healing=false")
    let bridge = try await bridge(of: "alone")
    let guarded = try await scene("guarded")
    try await host.shell("ip link set \(bridge) down").succeeded()
    try await expectHealing("ip link set \(try await self.bridge(of: "guarded")) down", guarded)
    #expect(try await host.shell("ip -o link show \(bridge)").stdout.contains("state DOWN"))
  }

  /// A container with NET_ADMIN keeps its changes inside; damage on the host's side is healed.
  @Test func containerWithNetAdminIsLeftAlone() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "own").succeeded()
    try await host.runIdle("admin", "--network", "own", "--cap-add", "NET_ADMIN")
    let peer = try await scene("other")
    try await host.exec("admin", "ip", "route", "del", "default").succeeded()
    try await expectHealing("ip link set \(try await port(of: "admin")) down", peer)
    #expect(!(try await host.exec("admin", "ip", "route").stdout.contains("default")))
    try await expectHealing("ip link delete \(try await port(of: "admin"))", peer)
    #expect(try await host.exec("admin", "ip", "route").stdout.contains("default"))
  }
}

/// Self-healing can be disabled for the whole engine.
@Suite(.serialized, .engineHost("--self-healing=false")) struct NoHealingTests {
  @Test func driftStaysUntilTheNextStart() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "left").succeeded()
    try await host.shell("ip link delete causeway0").succeeded()
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await host.shell("ip link show causeway0").code != 0)
    try await host.restartEngine()
    #expect(try await host.shell("ip link show causeway0").code == 0)
  }
}
