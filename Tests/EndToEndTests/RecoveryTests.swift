import TestHosts
import Testing

/// The engine is killed; everything else continues, and nothing is lost or left behind.
@Suite(.serialized) struct RecoveryTests {
  @Test(.engineHost) func containersWorkWithoutTheEngine() async throws {
    let host = try TestHost.shared
    let empty = try await host.snapshot()
    try await host.docker("network", "create", "app").succeeded()
    try await host.runWeb("web", "--network", "app", "-p", "8080:80")
    try await host.runIdle("db", "--network", "app")
    try await host.docker(
      "run", "-d", "--name", "ends", "--network", "app", "busybox", "sh", "-c", "sleep 1; echo bye; exit 5"
    )
    .succeeded()
    let address = try await host.address(of: "web", on: "app")
    let db = TestHost.Place.process(try await host.processID(of: "db"))
    _ = try await host.fetchSoon("\(TestHost.address):8080", from: .outside)

    try await host.killEngine()

    #expect(try await host.dig("+short", "web", from: db).text == address)
    #expect(try await host.fetch(address, from: db) == "web")
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "web")
    #expect(try await host.fetch("127.0.0.1:8080", from: .host) == "web")
    #expect(try await host.fetch("\(address)", from: .neighbour, seconds: 1) == nil)
    try await Task.sleep(for: .seconds(1))

    try await host.startEngine()

    let running = try await host.docker("ps", "--format", "{{.Names}}").succeeded().lines
    #expect(Set(running) == ["web", "db"])
    #expect(try await host.inspect("ends", "{{.State.Status}} {{.State.ExitCode}}") == "exited 5")
    #expect(try await host.docker("logs", "ends").stdout == "bye\n")
    #expect(try await host.exec("db", "ping", "-c1", "-W2", "web").code == 0)
    #expect(try await host.dig("+short", "web", from: .container("db")).text == address)
    // New containers resolve old ones and vice versa.
    try await host.runIdle("late", "--network", "app")
    #expect(try await host.exec("late", "ping", "-c1", "-W2", "web").code == 0)
    #expect(try await host.exec("db", "ping", "-c1", "-W2", "late").code == 0)
    try await host.docker("stop", "-t", "3", "web").succeeded()
    #expect(try await host.inspect("web", "{{.State.ExitCode}}") == "0")

    try await host.removeEverything()
    try await host.expectNothingSince(empty)
  }

  @Test(.engineHost) func everythingIsRemoved() async throws {
    let host = try TestHost.shared
    // The first IPv6 network enables IPv6 forwarding permanently, for containers only.
    try await host.docker("network", "create", "--ipv6", "first").succeeded()
    try await host.docker("network", "rm", "first").succeeded()
    let empty = try await host.snapshot()
    for round in 1...2 {
      try await host.docker("network", "create", "--ipv6", "n1").succeeded()
      try await host.docker("network", "create", "--internal", "n2").succeeded()
      try await host.runWeb("w1", "--network", "n1", "-p", "8080:80", "-p", "9000-9009:9000-9009/udp", "-v", "vol:/v")
      try await host.runIdle("w2", "--network", "n2")
      try await host.docker("network", "connect", "n1", "w2").succeeded()
      try await host.docker("network", "disconnect", "n2", "w2").succeeded()
      try await host.exec("w1", "true").succeeded()
      try await host.docker("run", "--rm", "--network", "none", "busybox", "true").succeeded()
      try await host.docker("run", "--rm", "--network", "container:w1", "busybox", "true").succeeded()
      try await host.removeEverything()
      try await host.expectNothingSince(empty, "round \(round)")
    }
  }

  /// Kills the engine during work, at a different time in each round.
  @Test(.engineHost) func killAtAnyTimeLeaksNothing() async throws {
    let host = try TestHost.shared
    let empty = try await host.snapshot()
    for milliseconds in [10, 30, 60, 90, 130, 180, 250] {
      let client = try await host.start([
        "sh", "-c",
        "docker network create n; docker run -d --name a --network n -p 8080:80 busybox sleep 1000; docker rm -f a; docker network rm n",
      ])
      try await Task.sleep(for: .milliseconds(milliseconds))
      try await host.killEngine()
      client.kill()
      try await host.startEngine()
      try await host.removeEverything()
      try await host.expectNothingSince(empty, "killed after \(milliseconds) ms")
      // And it still works.
      try await host.docker("network", "create", "after").succeeded()
      try await host.docker("run", "--rm", "--network", "after", "-p", "8080:80", "busybox", "true").succeeded()
      try await host.docker("network", "rm", "after").succeeded()
    }
  }

  @Test(.engineHost) func driftIsRepairedAtTheNextStart() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "-o", "com.docker.network.bridge.name=br-fix", "fix").succeeded()
    try await host.runWeb("fixed", "--network", "fix", "-p", "8080:80")
    _ = try await host.fetchSoon("\(TestHost.address):8080", from: .outside)
    try await host.killEngine()
    try await host.shell("ip addr flush dev br-fix; nft flush ruleset").succeeded()
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside, seconds: 1) == nil)
    try await host.startEngine()
    #expect(try await host.fetchSoon("\(TestHost.address):8080", from: .outside) == "fixed")
  }

  @Test(.engineHost) func orderlyStopKeepsContainers() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "calm").succeeded()
    try await host.runWeb("calm-web", "--network", "calm", "-p", "8080:80")
    _ = try await host.fetchSoon("\(TestHost.address):8080", from: .outside)
    try await host.restartEngine(15)
    #expect(try await host.docker("ps", "--format", "{{.Names}}").lines == ["calm-web"])
    #expect(try await host.fetch("\(TestHost.address):8080", from: .outside) == "calm-web")
  }

  @Test(.bareHost) func dockersFlagsAreAccepted() async throws {
    let host = try TestHost.shared
    try await host.startEngine([
      "--bip", "10.201.0.1/24", "--default-address-pool", "base=10.210.0.0/16,size=24", "--dns",
      TestHost.outsideAddress,
    ])
    try await host.loadBusybox()
    #expect(try await host.inspect("bridge", "{{(index .IPAM.Config 0).Subnet}}") == "10.201.0.0/24")
    try await host.docker("network", "create", "pooled").succeeded()
    let subnet = try await host.inspect("pooled", "{{(index .IPAM.Config 0).Subnet}}")
    #expect(subnet.hasPrefix("10.210.") && subnet.hasSuffix("/24"))
    // On user-defined networks, the engine's resolver forwards to it.
    let file = try await host.docker("run", "--rm", "--network", "host", "busybox", "cat", "/etc/resolv.conf")
    #expect(file.stdout.contains(TestHost.outsideAddress), "\(file)")
  }
}

extension TestHost {
  /// Expects the host's earlier state.
  func expectNothingSince(_ earlier: HostSnapshot, _ when: String = "") async throws {
    var extra: [String] = []
    for _ in 0..<30 {
      extra = try await snapshot().extra(since: earlier)
      if extra.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("left behind \(when): \(extra)")
  }
}
