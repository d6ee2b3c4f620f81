import TestHosts
import Testing

/// `docker stats`, `docker update`, and the limits in a container's cgroups.
@Suite(.serialized, .engineHost) struct ResourceTests {
  @Test func statsOfRunningAndStoppedContainers() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "busy", "-m", "64m", "--cpus", "0.5", "busybox", "sh", "-c", "while :; do :; done"
    ).succeeded()
    try await host.docker("create", "--name", "still", "busybox", "true").succeeded()
    let format = "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.MemPerc}} {{.NetIO}} {{.PIDs}}"
    let lines = try await host.docker("stats", "--no-stream", "--format", format, "busy", "still").succeeded().lines
    let fields = try #require(lines.first { $0.hasPrefix("busy ") }).split(separator: " ").map(String.init)
    let share = try #require(Double(fields[1].dropLast()))
    #expect(share > 5 && share < 90, "\(lines)")
    #expect(fields[4] == "64MiB" && fields[2] != "0B", "\(lines)")
    #expect(fields.last == "1", "\(lines)")
    #expect(lines.contains { $0.hasPrefix("still 0.00% 0B / 0B 0.00% 0B / 0B 0") }, "\(lines)")
  }

  @Test func statsOfTheAPI() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "counted").succeeded()
    try await host.runIdle("sender", "--network", "counted", "--pids-limit", "50")
    try await host.runIdle("receiver", "--network", "counted")
    try await host.exec("sender", "ping", "-c", "2", "-i", "0.1", "-s", "1000", "receiver").succeeded()
    func number(_ path: String, _ query: String = "stream=0&one-shot=1") async throws -> Int {
      let answer = try await host.api("GET", "/v1.50/containers/sender/stats?\(query)")
      #expect(answer.status == 200, "\(answer)")
      return Int(try await host.run(["jq", path], stdin: answer.body).succeeded().text) ?? -1
    }
    #expect(try await number(".networks.eth0.tx_bytes") >= 2000)
    #expect(try await number(".pids_stats.limit") == 50)
    #expect(try await number(".cpu_stats.online_cpus") > 0)
    #expect(try await number(".precpu_stats.system_cpu_usage") == -1)
    let difference = ".cpu_stats.system_cpu_usage - .precpu_stats.system_cpu_usage"
    #expect(try await number(difference, "stream=0") > 0)
    let answer = try await host.api("GET", "/v1.50/containers/sender/stats?stream=1&one-shot=1")
    #expect(answer.status == 400)
    #expect(try await host.api("GET", "/v1.50/containers/nobody/stats").status == 404)
  }

  @Test func statsStreamEndsWithTheContainer() async throws {
    let host = try TestHost.shared
    try await host.runIdle("brief")
    let output = try await host.shell(
      "(sleep 2.5; docker rm -f brief >/dev/null) & "
        + "curl -s -m 20 --unix-socket \(host.socketPath) http://engine/v1.50/containers/brief/stats | wc -l")
    #expect(output.code == 0 && (Int(output.text) ?? 0) >= 2, "\(output)")
  }

  /// A container's limit in the kernel: a cgroup v1 file, or its v2 equivalent.
  private func limit(_ host: TestHost, _ name: String, _ file: String, _ unified: String) async throws -> String {
    let id = try await host.inspect(name, "{{.Id}}")
    return try await host.shell(
      "cat $(ls -d /sys/fs/cgroup/*/causeway/\(id)/\(file) /sys/fs/cgroup/causeway/\(id)/\(unified) 2>/dev/null | head -1)"
    ).text
  }

  @Test func updateChangesARunningContainer() async throws {
    let host = try TestHost.shared
    try await host.runIdle("changed", "-m", "64m", "--cpu-shares", "512")
    try await host.docker(
      "update", "-m", "100m", "--memory-swap", "-1", "--memory-reservation", "50m", "--pids-limit", "77",
      "--cpu-quota", "20000", "--cpu-period", "50000", "--cpuset-cpus", "0", "--restart", "on-failure:4", "changed"
    ).succeeded()
    #expect(try await limit(host, "changed", "memory.limit_in_bytes", "memory.max") == "104857600")
    #expect(try await limit(host, "changed", "pids.max", "pids.max") == "77")
    #expect(try await limit(host, "changed", "cpuset.cpus", "cpuset.cpus") == "0")
    #expect(["20000", "20000 50000"].contains(try await limit(host, "changed", "cpu.cfs_quota_us", "cpu.max")))
    #expect(try await limit(host, "changed", "cpu.shares", "nonesuch") == "512")
    let shown = try await host.inspect(
      "changed",
      "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}}"
        + " {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}")
    #expect(shown == "104857600 -1 512 77 on-failure:4")
    try await host.docker("update", "--pids-limit", "-1", "changed").succeeded()
    #expect(try await limit(host, "changed", "pids.max", "pids.max") == "max")
    // The update survives a restart.
    try await host.docker("restart", "-t", "2", "changed").succeeded()
    #expect(try await limit(host, "changed", "memory.limit_in_bytes", "memory.max") == "104857600")
  }

  @Test func updateRefusesLikeDocker() async throws {
    let host = try TestHost.shared
    try await host.runIdle("firm", "--cpus", "1")
    let cases: [([String], String)] = [
      (["-m", "100m"], "Memory limit should be smaller than already set memoryswap limit"),
      (["-m", "1m"], "Minimum memory limit allowed is 6MB"),
      (["--cpu-quota", "20000"], "CPU Quota cannot be updated as NanoCPUs has already been set"),
      (["--cpuset-cpus", "4000"], "Requested CPUs are not available - requested 4000"),
      (["--cpus", "4000"], "Range of CPUs is from 0.01 to"),
      (["--restart", "sometimes"], "unknown policy 'sometimes'"),
    ]
    for (options, message) in cases {
      let output = try await host.docker(["update"] + options + ["firm"])
      #expect(output.code == 1 && output.stderr.contains(message), "\(output)")
    }
    try await host.docker("create", "--rm", "--name", "goes", "busybox", "true").succeeded()
    let output = try await host.docker("update", "--restart", "always", "goes")
    #expect(output.stderr.contains("Restart policy cannot be updated because AutoRemove is enabled"), "\(output)")
  }
}
