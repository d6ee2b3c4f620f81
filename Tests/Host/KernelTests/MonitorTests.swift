import Addressing
import Kernel
import NetworkPlan
import Nftables
import Testing

@Suite struct MonitorTests {
  @Test func changesAreTold() async throws {
    try await withTestHost { host in
      let monitor = try await KernelMonitor(host.namespace)
      let bridge = LinkKey(.host, try name("cw-seen"))
      let address = try assigned("192.0.2.1/24")
      try await host.executor.apply([
        .createLink(bridge, Link(kind: .bridge, alias: "causeway:x"), peer: nil),
        .addAddress(AssignedAddress(bridge, address)),
        .firewall(.host, .replaceTable(HostFirewall.table)),
        .deleteLink(bridge, Link(kind: .bridge), peer: nil),
      ])
      let seen = try await withThrowingTaskGroup(of: [KernelEvent].self) { group in
        group.addTask {
          var seen: [KernelEvent] = []
          for await notification in monitor.notifications {
            let event = notification.event
            seen.append(event)
            if case .link(let link, isGone: true) = event, link.name == bridge.name { break }
          }
          return seen
        }
        group.addTask {
          try await Task.sleep(for: .seconds(10))
          throw CancellationError()
        }
        defer { group.cancelAll() }
        return try #require(try await group.next())
      }
      #expect(
        seen.contains { if case .link(let link, isGone: false) = $0 { link.alias == "causeway:x" } else { false } })
      #expect(
        seen.contains { if case .address(let told, isGone: false) = $0 { told.address == address } else { false } })
      #expect(
        seen.contains {
          if case .route(let route, isGone: false) = $0 { route.destination == address.network } else { false }
        })
      #expect(
        seen.contains {
          if case .firewall(let change) = $0 {
            change.isOurs && change.parts.contains(.frame(HostFirewall.table.reference))
          } else {
            false
          }
        })
    }
  }

  @Test func whatOthersDoToTheFirewallIsTold() async throws {
    try await withTestHost { host in
      let monitor = try await KernelMonitor(host.namespace)
      _ = try await host.tool("nft", ["add", "table", "inet", "other"])
      for await notification in monitor.notifications {
        guard case .firewall(let change) = notification.event else { continue }
        #expect(change.author == "nft" && !change.isOurs && change.parts.isEmpty)
        break
      }
    }
  }

  @Test func aPortThatLeavesItsBridgeIsNotGone() async throws {
    try await withTestHost { host in
      let network = try SmallNetwork()
      let whole = try network.state()
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: whole))
      let monitor = try await KernelMonitor(host.namespace)
      _ = try await host.ip("link", "set", "cwe-test", "nomaster")
      _ = try await host.ip("link", "set", "cwe-test", "alias", "last")
      for await notification in monitor.notifications {
        guard case .link(let link, let isGone) = notification.event, link.name == network.near.name else { continue }
        #expect(!isGone)
        if link.alias == "last" { break }
      }
    }
  }
}
