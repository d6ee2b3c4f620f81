import Kernel
import TestHosts
import Testing

/// Docker and this engine on one host. In either start order, containers of both reach their neighbours, the outside,
/// and the other engine's published ports, and nothing else of the other engine.
@Suite(.serialized) struct DockerBesideTests {
  @Test(.bareHost) func dockerStartsFirst() async throws {
    let host = try TestHost.shared
    try await startDocker(on: host)
    try await host.startEngine()
    try await host.loadBusybox()
    #expect(try await host.shell("iptables -S FORWARD").succeeded().stdout.contains("-P FORWARD DROP"))
    try await expectBothEnginesWork(on: host)
    #expect(try await host.docker("info").succeeded().all.contains("FORWARD") == false)

    // The administrator's rules come before the engine's, and a restart changes nothing.
    try await host.shell("iptables -I DOCKER-USER -s \(TestHost.outsideAddress) -j DROP").succeeded()
    let rules = try await host.shell("iptables -S DOCKER-USER").succeeded().stdout
    try await host.restartEngine()
    #expect(try await host.shell("iptables -S DOCKER-USER").succeeded().stdout == rules)
    #expect(try await host.fetch("\(TestHost.address):8081", from: .outside, seconds: 1) == nil)
    #expect(try await host.fetch("\(TestHost.address):8081", from: .neighbour) == "ours")
    try await host.shell("iptables -D DOCKER-USER -s \(TestHost.outsideAddress) -j DROP").succeeded()

    // A bridge with a custom name has its rules while it exists.
    try await host.docker("network", "create", "-o", "com.docker.network.bridge.name=mine0", "named").succeeded()
    let ping = ["run", "--rm", "--network", "named", "busybox", "ping", "-c1", "-W2", TestHost.outsideAddress]
    #expect(try await host.docker(ping).code == 0)
    try await host.docker("network", "rm", "named").succeeded()
    #expect(
      try await host.shell("iptables -S DOCKER-USER").succeeded().stdout
        == rules.replacing(
          "-A DOCKER-USER -s \(TestHost.outsideAddress)/32 -j DROP\n", with: ""))
  }

  @Test(.bareHost) func dockerStartsLater() async throws {
    let host = try TestHost.shared
    try await host.startEngine()
    try await host.loadBusybox()
    try await startDocker(on: host)
    // The engine learns it from kernel notifications; no request was made meanwhile.
    try await waitUntil("docker0 to be known", for: .seconds(10)) {
      try await host.shell("nft list set inet causeway other_engines").succeeded().stdout.contains("docker0")
    }
    try await expectBothEnginesWork(on: host)
    // Other traffic is still not forwarded: the host was no router.
    let astray = try await host.shell("ping -c1 -W1 \(TestHost.outsideAddress)", in: .neighbour)
    #expect(astray.code != 0)
  }

  @Test(.bareHost) func disabledFirewallIsReported() async throws {
    let host = try TestHost.shared
    try await startDocker(on: host)
    try await host.startEngine(["--docker-user-chain=false"])
    try await host.loadBusybox()
    #expect(try await host.shell("iptables -S DOCKER-USER").succeeded().stdout.contains("causeway") == false)
    let run = try await host.docker(
      "run", "--rm", "-p", "8081:80", "busybox", "ping", "-c1", "-W1", TestHost.outsideAddress)
    #expect(run.code != 0)
    #expect(run.stderr.contains("WARNING: the chain ip filter FORWARD (Docker) drops"))
    #expect(run.stderr.contains("--docker-user-chain"))
  }

  /// Docker's daemon on the engine's host, with an image.
  private func startDocker(on host: TestHost) async throws {
    try await host.startPeer("dockerd")
  }

  private func expectBothEnginesWork(on host: TestHost) async throws {
    try await host.peer("network", "create", "shop").succeeded()
    try await host.peer(
      [
        "run", "-d", "--name", "theirs", "--network", "shop", "-p", "8080:80", "busybox", "sh", "-c",
        TestHost.webScript("theirs"),
      ]
    ).succeeded()
    try await host.docker("network", "create", "shop").succeeded()
    try await host.runWeb("ours", "--network", "shop", "-p", "8081:80")
    try await host.runIdle("mate", "--network", "shop")
    for (port, page) in [(8080, "theirs"), (8081, "ours")] {
      for place in [TestHost.Place.outside, .neighbour, .host] {
        #expect(try await host.fetchSoon("\(TestHost.address):\(port)", from: place) == page, "\(port) from \(place)")
      }
    }
    let bridge = "br-" + String(try await host.peer("network", "inspect", "-f", "{{.Id}}", "shop").text.prefix(12))
    try await waitUntil("\(bridge) to be known", for: .seconds(5)) {
      try await host.shell("nft list set inet causeway other_engines").succeeded().stdout.contains(bridge)
    }
    // Neighbours by name, even if bridged packets pass the IP hooks.
    _ = try await host.shell("echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables || true")
    #expect(try await host.exec("mate", "timeout", "3", "wget", "-qO-", "http://ours/").text == "ours")
    #expect(try await host.exec("mate", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    #expect(try await host.peer("exec", "theirs", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    // The other engine's published ports, and nothing else.
    #expect(
      try await host.exec("mate", "timeout", "3", "wget", "-qO-", "http://\(TestHost.address):8080/").text == "theirs")
    #expect(
      try await host.peer("exec", "theirs", "timeout", "3", "wget", "-qO-", "http://\(TestHost.address):8081/").text
        == "ours")
    let theirs = try await host.peer(
      "inspect", "-f", "{{.NetworkSettings.Networks.shop.IPAddress}}", "theirs"
    ).succeeded().text
    let ours = try await host.address(of: "ours", on: "shop")
    #expect(try await host.exec("mate", "timeout", "1", "wget", "-qO-", "http://\(theirs)/").code != 0)
    #expect(try await host.peer("exec", "theirs", "timeout", "1", "wget", "-qO-", "http://\(ours)/").code != 0)
  }
}
