import Addressing
import CLinux
import Glibc
import Kernel
import NetworkPlan
import Testing

@Suite struct ConnectionTests {
  @Test(arguments: [("172.30.0.2", "172.30.0.1"), ("fd00:30::2", "fd00:30::1")])
  func connectionsOfAnAddressAreForgotten(_ container: String, _ gateway: String) async throws {
    try await withTestHost { host in
      let network = try SmallNetwork()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: try network.state()))
      let container = try #require(IPAddress(container))
      for port in [9, 10] as [UInt16] { try await sendDatagram(from: host.namespace, to: container, port: port) }
      let before = try await host.executor.connections().filter { $0.involves(container) }
      #expect(before.contains { $0.original.destinationPort == 9 && $0.protocolNumber == UInt8(IPPROTO_UDP) })
      #expect(before.allSatisfy { $0.reply.source == container })
      #expect(before.allSatisfy { $0.original.source == IPAddress(gateway) })
      let other = try #require(IPAddress("192.0.2.1"))
      #expect(try await host.executor.deleteConntrackEntries(of: [other]) == 0)
      #expect(try await host.executor.deleteConntrackEntries { $0.original.destinationPort == 9 } == 1)
      #expect(try await host.executor.deleteConntrackEntries(of: [container]) == before.count - 1)
      let after = try await host.executor.connections().filter { $0.involves(container) }
      #expect(after.isEmpty)
    }
  }
}
