import Kernel
import NetworkPlan
import Nftables
import Testing

@Suite struct ManySandboxesTests {
  @Test func allOfThemAreObservedAndOneOfThemAlone() async throws {
    try await withTestHost { host in
      let boxes = (0..<50).map { "box\($0)" }
      for box in boxes {
        try await host.executor.apply([
          .createSandbox(box), .firewall(.sandbox(box), .replaceTable(SandboxFirewall.table)),
        ])
      }
      let state = try await KernelObserver(host.executor).observe()
      #expect(state.sandboxes == Set(boxes))
      #expect(
        boxes.allSatisfy {
          state.firewalls[.sandbox($0)]?.tables == [SandboxFirewall.table.reference: SandboxFirewall.table]
        })
      let one = try await KernelObserver(host.executor).observe(sandboxes: ["box7", "gone"])
      #expect(one.sandboxes == ["box7"])
    }
  }
}
