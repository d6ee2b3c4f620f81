import TestHosts
import Testing

/// The default network on an existing bridge (`--bridge`).
@Suite(.serialized, .bareHost) struct AnotherBridgeTests {
  @Test func foreignBridgeIsUsedAndStays() async throws {
    let host = try TestHost.shared
    let missing = await #expect(throws: (any Error).self) { try await host.startEngine(["-b", "br0"]) }
    #expect("\(try #require(missing))".contains("bridge device with non default name br0 must be created manually"))
    try await host.shell("ip link add br0 type bridge; ip address add 10.77.0.1/24 dev br0").succeeded()
    let before = try await host.shell("ip -o -4 address show br0").succeeded().stdout
    for _ in 0..<2 {
      try await host.startEngine(["-b", "br0"])
      try await host.loadBusybox()
      #expect(try await host.inspect("bridge", "{{(index .IPAM.Config 0).Subnet}}") == "10.77.0.0/24")
      #expect(try await host.shell("ip link show causeway0").code != 0)
      try await host.runIdle("guest")
      #expect(try await host.address(of: "guest", on: "bridge") == "10.77.0.2")
      #expect(try await host.exec("guest", "ping", "-c1", "-W2", TestHost.outsideAddress).code == 0)
      try await host.docker("rm", "-f", "guest").succeeded()
      try await host.killEngine(15)
    }
    #expect(try await host.shell("ip -o -4 address show br0").succeeded().stdout == before)
    // Without the setting, the engine uses its own bridge again.
    try await host.startEngine()
    #expect(try await host.shell("ip link show causeway0").code == 0)
    #expect(try await host.shell("ip -o -4 address show br0").succeeded().stdout == before)
  }
}
