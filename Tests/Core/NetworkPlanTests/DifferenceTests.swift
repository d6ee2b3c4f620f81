import Addressing
import EngineModel
import Nftables
import Testing

@testable import NetworkPlan

/// ``KernelState/difference(from:to:)``, tested on all pairs of a set of states.
@Suite struct DifferenceTests {
  /// States of a host, from empty to many objects.
  static func states() throws -> [KernelState] {
    let host = HostIntent(becameRouter4: true).state()
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
        var kernel = StrictKernel(old)
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
        var kernel = StrictKernel(KernelState())
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
    let changes = KernelState.difference(from: try network.state(), to: KernelState()).map(\.words)
    let link = try #require(changes.firstIndex { $0.hasPrefix("ip link delete") })
    let own = try #require(changes.firstIndex { $0.contains("own {") })
    let bridges = try #require(changes.firstIndex { $0.contains("bridges {") })
    let closed = try #require(changes.firstIndex { $0.contains("internal {") })
    #expect(own < link && link < bridges && link < closed)
  }
}

/// A kernel that refuses what the real one refuses: to create an object twice, or on an object that does not exist.
struct StrictKernel {
  struct Refusal: Error {
    let change: KernelChange
  }

  private(set) var state: KernelState

  init(_ state: KernelState) {
    self.state = state
  }

  mutating func apply(_ change: KernelChange) throws {
    guard accepts(change) else { throw Refusal(change: change) }
    state.apply(change)
  }

  private func exists(_ namespace: NetworkNamespaceName) -> Bool {
    switch namespace {
    case .host: true
    case .sandbox(let name): state.sandboxes.contains(name)
    }
  }

  private func accepts(_ change: KernelChange) -> Bool {
    guard exists(change.namespace) else { return false }
    switch change {
    case .createSandbox(let name): return !state.sandboxes.contains(name)
    case .deleteSandbox(let name): return state.sandboxes.contains(name)
    case .createLink(let key, let link, _):
      if case .veth(let far) = link.kind, !exists(far.namespace) || state.links[far] != nil { return false }
      if let bridge = link.controller, state.links[LinkKey(key.namespace, bridge)] == nil { return false }
      return state.links[key] == nil
    case .deleteLink(let key, _, _), .setLink(let key, _, _): return state.links[key] != nil
    case .addAddress(let address):
      return state.links[address.link] != nil && !state.addresses.contains(address)
    case .deleteAddress(let address): return state.addresses.contains(address)
    case .addRoute(let route):
      guard let gateway = route.gateway else { return true }
      return state.links[LinkKey(route.namespace, route.interface)] != nil
        && state.addresses.contains { $0.link.namespace == route.namespace && $0.address.network.contains(gateway) }
        && !state.routes.contains {
          $0.namespace == route.namespace && $0.destination == route.destination && $0.metric == route.metric
        }
    case .deleteRoute(let route): return state.routes.contains(route)
    case .addFDBEntry(let entry):
      guard case .vxlan? = state.links[entry.link]?.kind else { return false }
      let others = state.fdbEntries.filter { $0.link == entry.link && $0.mac == entry.mac }
      return entry.mac == FDBEntry.everybody ? !others.contains(entry) : others.isEmpty
    case .deleteFDBEntry(let entry): return state.fdbEntries.contains(entry)
    case .setSysctl(let sysctl, _, _):
      let parts = sysctl.key.split(separator: "/")
      guard parts.count > 4, parts[2] == "conf", parts[3] != "all", parts[3] != "default",
        let name = InterfaceName(String(parts[3]))
      else { return true }
      return state.links[LinkKey(sysctl.namespace, name)] != nil
    case .firewall(let namespace, let command):
      let firewall = state.firewalls[namespace] ?? Firewall()
      switch command {
      case .replaceTable: return true
      case .deleteTable(let table): return firewall.tables[table.reference] != nil
      case .addElements(let set, let elements):
        let standing = firewall.elements[set] ?? []
        // In nft, adding a key of a map again with another value is an error.
        return Set(standing.map(\.key)).isDisjoint(with: elements.map(\.key))
      case .deleteElements(let set, let elements):
        return Set(elements).isSubset(of: firewall.elements[set] ?? [])
      }
    }
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
