import Addressing
import Glibc
import Kernel
import NetworkPlan
import Nftables
import Testing

/// Upper bounds with room for a busy machine; run with `--filter LatencyTests` on an idle one for the figures.
@Suite(.serialized) struct LatencyTests {
  @Test func attachingIsQuick() async throws {
    try await withTestHost { host in
      let network = try SmallNetwork()
      let whole = try network.state()
      var base = KernelState()
      base.links[network.bridge] = whole.links[network.bridge]
      base.addresses = whole.addresses.filter { $0.place == network.bridge }
      base.firewalls[.host] = whole.firewalls[.host]
      base.sysctls = whole.sysctls.filter { $0.key.namespace == .host }
      try await host.executor.apply(KernelState.difference(from: KernelState(), to: base))
      let attach = KernelState.difference(from: base, to: whole)
      let detach = KernelState.difference(from: whole, to: base)
      var timings: [String: [Double]] = [:]
      for _ in 0..<12 {
        for (label, changes) in [("attach", attach), ("detach", detach)] {
          let start = ContinuousClock.now
          try await host.executor.apply(changes)
          timings[label, default: []].append(milliseconds(since: start))
          // The kernel takes a namespace apart in the background; a container's life is longer than that.
          try await Task.sleep(for: .milliseconds(100))
        }
      }
      // The same with a sandbox that stays, as for connecting and disconnecting.
      var standing = base
      standing.sandboxes = ["box"]
      standing.firewalls[network.far.namespace] = whole.firewalls[network.far.namespace]
      try await host.executor.apply(KernelState.difference(from: base, to: standing))
      for _ in 0..<12 {
        for (label, from, to) in [("connect", standing, whole), ("disconnect", whole, standing)] {
          let changes = KernelState.difference(from: from, to: to)
          let start = ContinuousClock.now
          try await host.executor.apply(changes)
          timings[label, default: []].append(milliseconds(since: start))
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      try await host.executor.apply([.deleteSandbox("box")])
      for change in attach {
        let start = ContinuousClock.now
        try await host.executor.apply([change])
        print("  \(milliseconds(since: start)) ms: \(change.words.split(separator: "\n")[0])")
      }
      try await Task.sleep(for: .milliseconds(50))
      for change in detach {
        let start = ContinuousClock.now
        try await host.executor.apply([change])
        print("  \(milliseconds(since: start)) ms: \(change.words.split(separator: "\n")[0])")
      }
      for (label, values) in timings.sorted(by: { $0.key < $1.key }) {
        print("\(label): median \(median(values)) ms, least \(values.min() ?? 0) ms")
      }
      #expect(median(timings["attach"] ?? []) < 100)
    }
  }

  @Test func addingAnElementToALargeMapIsQuick() async throws {
    try await withTestHost { host in
      let map = SetReference(HostFirewall.table.reference, "published4_anywhere")
      func elements(_ ports: Range<Int>) -> [Element] {
        ports.map { Element(["tcp", "\($0)"], value: ["172.30.0.2", "80"]) }
      }
      try await host.executor.apply([
        .firewall(.host, .replaceTable(HostFirewall.table)),
        .firewall(.host, .addElements(map, elements(1..<50_001))),
      ])
      var timings: [Double] = []
      for port in 50_001..<50_101 {
        let start = ContinuousClock.now
        try await host.executor.apply([
          .firewall(.host, .addElements(map, elements(port..<port + 1)))
        ])
        timings.append(milliseconds(since: start))
      }
      print("element: median \(median(timings)) ms, least \(timings.min() ?? 0) ms")
      #expect(median(timings) < 20)
    }
  }

  @Test func observingCostsAboutTheSameForEachSandbox() async throws {
    try await withTestHost { host in
      let boxes = (0..<50).map { "box\($0)" }
      for box in boxes {
        try await host.executor.apply([
          .createSandbox(box), .firewall(.sandbox(box), .replaceTable(SandboxFirewall.table)),
        ])
      }
      let start = ContinuousClock.now
      let state = try await KernelObserver(host.executor).observe()
      print("observe: \(milliseconds(since: start) / Double(boxes.count)) ms for each sandbox")
      #expect(state.sandboxes == Set(boxes))
      #expect(
        boxes.allSatisfy {
          state.firewalls[.sandbox($0)]?.tables == [SandboxFirewall.table.reference: SandboxFirewall.table]
        })
      let single = ContinuousClock.now
      let one = try await KernelObserver(host.executor).observe(sandboxes: ["box7", "gone"])
      print("observe one: \(milliseconds(since: single)) ms")
      #expect(one.sandboxes == ["box7"])
    }
  }

  private func milliseconds(since start: ContinuousClock.Instant) -> Double {
    let microseconds = (ContinuousClock.now - start) / .microseconds(1)
    return microseconds.rounded() / 1000
  }

  private func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}
