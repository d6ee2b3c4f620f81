import Addressing
import Kernel
import NetworkPlan
import Testing

/// The FDB of VXLAN links.
@Suite struct FDBTests {
  @Test func entriesAreSeenAsTheyWereMade() async throws {
    try await withTestHost { host in
      let (key, port) = (LinkKey(.host, try name("vx0")), LinkKey(.host, try name("br0")))
      let link = Link(
        kind: .vxlan(id: 77, local: IPAddress("192.0.2.1"), port: 4789), mtu: 1450, controller: port.name,
        port: Link.BridgePort(), alias: "causeway:tunnel:x")
      let mac = try #require(MACAddress("02:42:0a:00:00:02"))
      let (first, second) = (try #require(IPAddress("192.0.2.2")), try #require(IPAddress("192.0.2.3")))
      let entries: Set = [
        FDBEntry(key, mac, remote: first), FDBEntry(key, FDBEntry.everybody, remote: first),
        FDBEntry(key, FDBEntry.everybody, remote: second),
      ]
      var desired = KernelState()
      desired.links[port] = Link(kind: .bridge, alias: "causeway:network:x")
      desired.links[key] = link
      desired.fdbEntries = entries
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: desired))
      #expect(try await KernelObserver(host.executor).observe().fdbEntries == entries)
      #expect(try await KernelObserver(host.executor).observe(part: desired).state.fdbEntries == entries)
      let shown = try await host.ip("-d", "-o", "link", "show", "vx0")
      #expect(shown.contains("nolearning"), "\(shown)")
      // A MAC has one entry; an existing entry is refused.
      await #expect(throws: KernelChangeFailure.self) {
        try await host.executor.apply([.addFDBEntry(FDBEntry(key, mac, remote: second))])
      }
      try await host.executor.apply([
        .deleteFDBEntry(FDBEntry(key, mac, remote: first)),
        .addFDBEntry(FDBEntry(key, mac, remote: second)),
        .deleteFDBEntry(FDBEntry(key, FDBEntry.everybody, remote: first)),
        .deleteFDBEntry(FDBEntry(key, FDBEntry.everybody, remote: first)),
      ])
      #expect(
        try await KernelObserver(host.executor).observe().fdbEntries == [
          FDBEntry(key, mac, remote: second),
          FDBEntry(key, FDBEntry.everybody, remote: second),
        ])
    }
  }
}
