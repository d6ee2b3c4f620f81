import TestHosts
import Testing

/// Routes of the host and the address pools.
@Suite(.serialized) struct RouteOverlapTests {
  /// As OpenVPN, WireGuard and company gateways set them.
  @Test(.bareHost) func aVPNLeavesTheEngineItsPools() async throws {
    let host = try TestHost.shared
    try await host.shell(
      """
      for prefix in 0.0.0.0/1 128.0.0.0/1 10.0.0.0/8; do ip route add $prefix via \(TestHost.outsideAddress); done
      ip route add blackhole 172.16.0.0/12; ip route add blackhole 192.168.0.0/16
      ip -6 route add fc00::/7 via \(TestHost.outsideAddress6)
      """
    ).succeeded()
    try await host.startEngine()
    try await host.loadBusybox()
    try await host.docker("network", "create", "--ipv6", "shop").succeeded()
    #expect(host.engineLog.contains("is within a route of this host"))
    try await host.runWeb("web", "--network", "shop", "-p", "8080:80")
    #expect(try await host.fetchSoon("\(TestHost.address):8080", from: .outside) == "web")
    #expect(
      try await host.docker("run", "--rm", "--network", "shop", "busybox", "ping", "-c1", "-W2", "web").code == 0)
    #expect(
      try await host.docker("run", "--rm", "busybox", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
  }

  /// Addresses of the host use up all pools. The engine says so, and leaves no process behind.
  @Test(.bareHost) func aFailedFirstStartLeavesNothingRunning() async throws {
    let host = try TestHost.shared
    try await host.shell(
      "for address in 172.16.0.1/12 192.168.0.1/16 10.0.0.1/8; do ip address add $address dev eth1; done"
    ).succeeded()
    let error = await #expect(throws: (any Error).self) { try await host.startEngine() }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("all predefined address pools have been fully subnetted"), "\(text)")
    #expect(text.contains("172.16.0.0/12 by an address of this host"), "\(text)")
    let processes = try await host.shell("pgrep -a causeway-datapl || true").succeeded()
    #expect(processes.stdout == "")
  }
}
