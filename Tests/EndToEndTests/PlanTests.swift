import TestHosts
import Testing

/// `--plan` prints the changes to this host without making them.
@Suite(.serialized, .engineHost) struct PlanTests {
  @Test func planOfANetwork() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    let plan = try await host.causeway("network", "create", "--plan", "--subnet", "10.66.0.0/24", "planned").succeeded()
    #expect(plan.stdout.contains("ip link add"), "\(plan)")
    #expect(plan.stdout.contains("type bridge"), "\(plan)")
    #expect(plan.stdout.contains("10.66.0.1/24"), "\(plan)")
    #expect(plan.stdout.contains("nft 'add element"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(!(try await host.docker("network", "ls", "--format", "{{.Name}}").lines.contains("planned")))
    // The planned changes are the actual changes.
    try await host.causeway("network", "create", "--subnet", "10.66.0.0/24", "planned").succeeded()
    let done = try await host.snapshot().extra(since: before)
    #expect(done.contains { $0.hasPrefix("address") && $0.hasSuffix("10.66.0.1/24") }, "\(done)")
  }

  @Test func planOfAConnection() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "target").succeeded()
    try await host.runIdle("candidate")
    let before = try await host.snapshot()
    let plan = try await host.causeway("network", "connect", "--plan", "target", "candidate").succeeded()
    #expect(plan.stdout.contains("type veth"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(try await host.docker("network", "inspect", "-f", "{{len .Containers}}", "target").text == "0")
  }

  @Test func planOfARun() async throws {
    let host = try TestHost.shared
    let before = try await host.snapshot()
    let plan = try await host.causeway("run", "--plan", "-d", "-p", "8088:80", "busybox", "true").succeeded()
    #expect(plan.stdout.contains("type veth"), "\(plan)")
    #expect(plan.stdout.contains("8088"), "\(plan)")
    #expect(try await host.snapshot() == before)
    #expect(!(try await host.docker("ps", "-a", "--format", "{{.Command}}").stdout.contains("true")))
  }

  @Test func impossiblePlanIsRefused() async throws {
    let host = try TestHost.shared
    let refused = try await host.causeway("network", "create", "--plan", "--subnet", "10.66.0.0/33", "wrong")
    #expect(refused.code != 0)
    #expect(!refused.stderr.isEmpty)
  }

  @Test func plansOfContainerCommands() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "lively").succeeded()
    try await host.docker("network", "create", "lonely").succeeded()
    try await host.docker(["create", "--name", "late", "--network", "lively", "busybox"] + idle).succeeded()
    let start = try await host.causeway("start", "--plan", "late").succeeded().stdout
    #expect(start.contains("type veth"), "\(start)")
    #expect(try await host.inspect("late", "{{.State.Status}}") == "created")
    try await host.docker("start", "late").succeeded()
    let running = try await host.snapshot()
    for command in [
      ["stop", "--plan", "late"], ["kill", "--plan", "late"], ["rm", "-f", "--plan", "late"],
      ["restart", "--plan", "late"],
    ] {
      let plan = try await host.causeway(command).succeeded().stdout
      #expect(plan.contains("ip netns delete"), "\(command): \(plan)")
      #expect(plan.contains("type veth") == (command[0] == "restart"))
    }
    #expect(try await host.causeway("start", "--plan", "late").succeeded().stdout == "")
    #expect(try await host.causeway("rm", "--plan", "late").code != 0)
    #expect(try await host.causeway("kill", "--plan", "-s", "HUP", "late").succeeded().stdout == "")
    try await host.docker("create", "--name", "resting", "--network", "lively", "busybox").succeeded()
    let resting = try await host.causeway("kill", "--plan", "resting")
    #expect(resting.code != 0 && resting.stderr.contains("is not running"), "\(resting)")
    // Stopped containers have no state in the kernel.
    #expect(try await host.causeway("container", "prune", "--plan").succeeded().stdout == "")
    let prune = try await host.causeway("network", "prune", "--plan").succeeded().stdout
    let bridge = "cw-" + String(try await host.inspect("lonely", "{{.Id}}").prefix(12))
    #expect(prune.contains("ip link delete \(bridge)"), "\(prune)")
    #expect(!prune.contains("cw-" + String(try await host.inspect("lively", "{{.Id}}").prefix(12))))
    #expect(try await host.causeway("system", "prune", "--plan").succeeded().stdout == prune)
    #expect(try await host.inspect("resting", "{{.State.Status}}") == "created")
    #expect(try await host.snapshot() == running)
  }
}

/// `causeway plan` prints the present drift; self-healing is off here.
@Suite(.serialized, .engineHost("--self-healing=false")) struct RepairPlanTests {
  @Test func planShowsDrift() async throws {
    let host = try TestHost.shared
    #expect(try await host.causeway("plan").succeeded().stdout == "")
    #expect(try await host.causeway("plan", "--quiet").code == 0)
    try await host.shell("ip link set causeway0 down; nft delete element inet causeway bridges '{ causeway0 }'")
      .succeeded()
    try await host.shell("ip link add cw-left type bridge; ip link set cw-left alias causeway:network:left").succeeded()
    let plan = try await host.causeway("plan").succeeded().stdout
    #expect(plan.contains("ip link set causeway0 up"), "\(plan)")
    #expect(plan.contains("add element inet causeway bridges { \"causeway0\" }"), "\(plan)")
    #expect(plan.contains("ip link delete cw-left"), "\(plan)")
    #expect(try await host.causeway("plan", "-q").code == 1)
    let answer = try await host.api("GET", "/causeway/v1/plan")
    #expect(answer.status == 200 && answer.body.contains("causeway0"), "\(answer)")
    // A start makes the printed changes.
    try await host.restartEngine()
    #expect(try await host.causeway("plan").succeeded().stdout == "")
  }
}
