import TestHosts
import Testing

/// An engine without a default network (`--bridge=none`), as dockerd has it.
@Suite(.serialized, .bareHost) struct NoDefaultNetworkTests {
  @Test func defaultContainersHaveOnlyLoopback() async throws {
    let host = try TestHost.shared
    try await host.startEngine()
    try await host.loadBusybox()
    try await host.runIdle("early")
    try await host.killEngine(15)

    // Containers on it stay connected.
    try await host.startEngine(["--bridge", "none"])
    #expect(host.engineLog.contains("the default network stays until these containers are removed: early"))
    #expect(try await host.exec("early", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
    try await host.docker("rm", "-f", "early").succeeded()
    try await host.restartEngine()
    let networks = try await host.docker("network", "ls", "--format", "{{.Name}}").succeeded()
    #expect(networks.lines == ["host", "none"])
    #expect(try await host.shell("ip link show causeway0").code != 0)

    let links = try await host.docker("run", "--rm", "busybox", "ls", "/sys/class/net").succeeded()
    #expect(links.text == "lo")
    let publishing = try await host.docker("run", "--rm", "-p", "8080:80", "busybox", "true").succeeded()
    #expect(publishing.stderr.contains("Published ports are discarded: the container is on no network"))
    let named = try await host.docker("run", "--rm", "--network", "bridge", "busybox", "true")
    #expect(named.code == 125 && named.stderr.contains("network bridge not found"))
    let reserved = try await host.docker("network", "create", "bridge")
    #expect(reserved.stderr.contains("operation is not permitted on predefined bridge network"))

    // User-defined networks work, with IPv6 as well; a container without a network can be connected later.
    try await host.docker("network", "create", "--ipv6", "shop").succeeded()
    try await host.runIdle("db", "--network", "shop")
    try await host.runIdle("lone")
    try await host.docker("network", "connect", "shop", "lone").succeeded()
    #expect(try await host.exec("lone", "ping", "-c1", "-W2", "db").code == 0)
    #expect(try await host.exec("lone", "ping", "-6", "-c1", "-W2", "db").code == 0)

    // Without the setting, it is back.
    try await host.killEngine(15)
    try await host.startEngine()
    #expect(try await host.docker("network", "inspect", "bridge").code == 0)
    #expect(try await host.docker("run", "--rm", "busybox", "ls", "/sys/class/net").succeeded().lines.contains("eth0"))
  }
}
