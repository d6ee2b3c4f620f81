import Addressing
import EngineModel
import FakeKernel
import Nftables
import Testing

@testable import NetworkPlan

/// ``KernelState/difference(from:to:)``, tested on all pairs of a set of states.
@Suite struct DifferenceTests {
  /// States of a host, from empty to many objects.
  static func states() throws -> [KernelState] {
    let host = HostIntent(enabledForwarding4: true).state()
    let web = try Scenario.network()
    let data = try Scenario.network("b", "172.19.0.0/16", name: "data", isInternal: true, subnet6: "2001:db8:1::/64")
    let one = try Scenario.endpoint("e", on: web, "172.18.0.2")
    let two = try Scenario.endpoint("f", on: data, "172.19.0.2", address6: "2001:db8:1::2", interface: "eth1")
    let moved = try Scenario.endpoint("e", on: web, "172.18.0.9")
    let ports = [
      try Scenario.publication("80", host: "0.0.0.0", 8080), try Scenario.publication("53/udp", host: "192.0.2.1", 53),
    ]
    func union(_ parts: KernelState...) -> KernelState {
      parts.reduce(into: KernelState()) { $0.formUnion($1) }
    }
    var isolated = web
    isolated.options["com.docker.network.bridge.enable_icc"] = "false"
    let closed = EndpointIntent(network: isolated, endpoint: one.endpoint, interface: one.interface)
    return [
      KernelState(),
      host,
      union(host, try web.state()),
      union(host, try web.state(), try Scenario.sandbox([one]).state()),
      union(host, try web.state(), try data.state(), try Scenario.sandbox([one, two], publications: ports).state()),
      union(host, try web.state(), try data.state(), try Scenario.sandbox([two]).state()),
      union(host, try web.state(), try Scenario.sandbox([moved], publications: Array(ports.prefix(1))).state()),
      union(host, try isolated.state(), try Scenario.sandbox([closed], publications: ports).state()),
    ]
  }

  @Test func leadsFromAnyStateToAnyOther() throws {
    let states = try Self.states()
    for old in states {
      for new in states {
        var kernel = StrictKernelState(old)
        for change in KernelState.difference(from: old, to: new) { try kernel.apply(change) }
        var expected = new
        expected.keepWhatStays(of: old)
        #expect(kernel.state == expected)
      }
    }
  }

  @Test func isEmptyBetweenEqualStates() throws {
    for state in try Self.states() { #expect(KernelState.difference(from: state, to: state).isEmpty) }
  }

  @Test func everyPlanCanBeTakenBackFromAnyPoint() throws {
    let states = try Self.states()
    for new in states {
      let changes = KernelState.difference(from: KernelState(), to: new)
      for end in 0...changes.count {
        var kernel = StrictKernelState(KernelState())
        for change in changes[..<end] { try kernel.apply(change) }
        for change in changes[..<end].reversed() {
          if let inverse = change.inverse { try kernel.apply(inverse) }
        }
        #expect(kernel.state.links.isEmpty && kernel.state.sandboxes.isEmpty && kernel.state.addresses.isEmpty)
        #expect(kernel.state.firewalls.values.allSatisfy { $0.elements.isEmpty })
      }
    }
  }

  @Test func permissionsGoBeforeLinksAndGuardsAfterThem() throws {
    let network = try Scenario.network("b", isInternal: true)
    let changes = KernelState.difference(from: try network.state(), to: KernelState()).map(\.commands)
    let link = try #require(changes.firstIndex { $0.hasPrefix("ip link delete") })
    let own = try #require(changes.firstIndex { $0.contains("same_network {") })
    let bridges = try #require(changes.firstIndex { $0.contains(" bridges {") })
    let closed = try #require(changes.firstIndex { $0.contains("internal_bridges {") })
    #expect(own < link && link < bridges && link < closed)
  }
}

extension KernelState {
  /// The administrator's table and the forwarding setting stay: other programs may depend on them.
  fileprivate mutating func keepWhatStays(of old: KernelState) {
    let router = Sysctl(.host, "net/ipv4/ip_forward")
    sysctls[router] = sysctls[router] ?? old.sysctls[router]
    for (namespace, firewall) in old.firewalls {
      for (reference, table) in firewall.tables where table.isForAdministrator {
        firewalls[namespace, default: Firewall()].tables[reference] = table
      }
    }
  }
}
