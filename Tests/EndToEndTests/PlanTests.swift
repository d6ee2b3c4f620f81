import TestHosts
import Testing

/// `--plan` says what would be done to this host, and does nothing.
@Suite(.serialized, .engineHost) struct PlanTests {
  @Test func aNetworksPlan() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    let plan = try await host.causeway("network", "create", "--plan", "--subnet", "10.66.0.0/24", "planned").succeeded()
    #expect(plan.stdout.contains("ip link add"), "\(plan)")
    #expect(plan.stdout.contains("type bridge"), "\(plan)")
    #expect(plan.stdout.contains("10.66.0.1/24"), "\(plan)")
    #expect(plan.stdout.contains("nft 'add element"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(!(try await host.docker("network", "ls", "--format", "{{.Name}}").lines.contains("planned")))
    // What was planned is what is then done.
    try await host.causeway("network", "create", "--subnet", "10.66.0.0/24", "planned").succeeded()
    let done = try await host.snapshot().extra(since: before)
    #expect(done.contains { $0.hasPrefix("address") && $0.hasSuffix("10.66.0.1/24") }, "\(done)")
  }

  @Test func aConnectionsPlan() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "target").succeeded()
    try await host.runIdle("candidate")
    let before = try await host.snapshot()
    let plan = try await host.causeway("network", "connect", "--plan", "target", "candidate").succeeded()
    #expect(plan.stdout.contains("type veth"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "target").text == "0")
  }

  @Test func aRunsPlan() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    let plan = try await host.causeway("run", "--plan", "-d", "-p", "8088:80", "busybox", "true").succeeded()
    #expect(plan.stdout.contains("type veth"), "\(plan)")
    #expect(plan.stdout.contains("8088"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(!(try await host.docker("ps", "-a", "--format", "{{.Command}}").stdout.contains("true")))
  }

  @Test func aPlanThatCannotBeIsRefused() async throws {
    let host = try TestHost.shared
    let refused = try await host.causeway("network", "create", "--plan", "--subnet", "10.66.0.0/33", "wrong")
    #expect(refused.code != 0)
    #expect(!refused.stderr.isEmpty)
  }
}
