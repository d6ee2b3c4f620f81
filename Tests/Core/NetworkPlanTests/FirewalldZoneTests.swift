import Addressing
import NetworkPlan
import Testing

@Suite struct FirewalldZoneTests {
  private func names(_ names: String...) -> Set<InterfaceName> { Set(names.compactMap { InterfaceName($0) }) }

  @Test func zoneAndPolicyAreCreatedOnce() {
    #expect(
      FirewalldZone.creation(zones: "block causeway public\n", policies: "allow-host-ipv6 causeway-forward\n").isEmpty)
    let calls = FirewalldZone.creation(zones: "block public\n", policies: "allow-host-ipv6\n")
    #expect(calls.first == ["--permanent", "--new-zone=causeway"])
    #expect(calls.contains(["--permanent", "--policy=causeway-forward", "--add-egress-zone=causeway"]))
    #expect(calls.count == 6)
    #expect(FirewalldZone.policy.count <= 18)
  }

  @Test func bridgesEnterTheZoneAndDeletedLinksLeaveIt() {
    let listing =
      "causeway\n  interfaces: cw-1 cw-gone\npublic (default)\n  interfaces: eth0\n  sources: 192.0.2.0/24\nwork\n  interfaces: cw-2\n"
    // cw-2 is in a zone that the administrator chose; cw-4 does not exist yet.
    #expect(
      FirewalldZone.changes(
        from: listing, for: names("cw-1", "cw-2", "cw-3", "cw-4"), on: names("cw-1", "cw-2", "cw-3", "eth0"))
        == ["--zone=causeway", "--add-interface=cw-3", "--remove-interface=cw-gone"])
    #expect(
      FirewalldZone.changes(from: "causeway\n  interfaces: cw-1\n", for: names("cw-1"), on: names("cw-1")).isEmpty)
    // A link of another engine keeps its place.
    #expect(FirewalldZone.changes(from: "causeway\n  interfaces: cw-9\n", for: [], on: names("cw-9")).isEmpty)
  }
}
