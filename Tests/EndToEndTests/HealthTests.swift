import TestHosts
import Testing

/// Health checks through the docker command.
@Suite(.serialized, .engineHost) struct HealthTests {
  private func run(_ host: TestHost, _ name: String, _ options: String...) async throws {
    try await host.docker(
      ["run", "-d", "--name", name, "--health-interval", "200ms"] + options + ["busybox", "sleep", "1000"]
    ).succeeded()
  }

  private func waitFor(_ status: String, _ host: TestHost, _ name: String) async throws {
    try await waitUntil("\(name) to be \(status)", for: .seconds(15)) {
      try await host.inspect(name, "{{.State.Health.Status}}") == status
    }
  }

  @Test func healthChangesState() async throws {
    let host = try TestHost.shared
    try await run(host, "checked", "--health-cmd", "test -e /ok || { echo no; exit 3; }", "--health-retries", "2")
    #expect(try await host.inspect("checked", "{{.State.Health.Status}}") == "starting")
    try await waitFor("unhealthy", host, "checked")
    #expect(try await host.docker("ps", "-f", "name=checked", "--format", "{{.Status}}").text.hasSuffix("(unhealthy)"))
    #expect(try await host.docker("ps", "-f", "health=unhealthy", "--format", "{{.Names}}").text == "checked")
    let probe = try await host.inspect(
      "checked", "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}")
    #expect(probe == "3 no")
    try await waitUntil("five probes", for: .seconds(15)) {
      try await host.inspect("checked", "{{len .State.Health.Log}}") == "5"
    }
    try await host.exec("checked", "touch", "/ok").succeeded()
    try await waitFor("healthy", host, "checked")
    #expect(try await host.inspect("checked", "{{.State.Health.FailingStreak}}") == "0")
    #expect(try await host.docker("ps", "-f", "name=checked", "--format", "{{.Status}}").text.hasSuffix("(healthy)"))
    let now = try await host.shell("date +%s.%N").text
    let events = try await host.docker(
      "events", "--since", "10m", "--until", now, "-f", "container=checked", "-f", "event=health_status", "--format",
      "{{.Action}}"
    ).lines
    #expect(events == ["health_status: unhealthy", "health_status: healthy"])
    // Stopped containers are not probed.
    try await host.docker("pause", "checked").succeeded()
    #expect(try await host.inspect("checked", "{{.State.Health.Status}}") == "unhealthy")
    try await host.docker("unpause", "checked").succeeded()
    try await waitFor("healthy", host, "checked")
    try await host.docker("kill", "checked").succeeded()
    try await host.docker("wait", "checked").succeeded()
    #expect(try await host.inspect("checked", "{{.State.Health.Status}} {{len .State.Health.Log}}") == "unhealthy 5")
    try await host.docker("start", "checked").succeeded()
    #expect(try await host.inspect("checked", "{{.State.Health.Status}}") == "starting")
    try await host.docker("rm", "-f", "checked").succeeded()
  }

  @Test func hangingProbeIsKilled() async throws {
    let host = try TestHost.shared
    // The shell's child keeps the output open after the shell is killed.
    try await run(
      host, "hangs", "--health-cmd", "echo begun; sleep 900 & wait", "--health-timeout", "300ms", "--health-retries",
      "1")
    try await waitFor("unhealthy", host, "hangs")
    let probe = try await host.inspect("hangs", "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}")
    #expect(probe == "-1 Health check exceeded timeout (300ms): begun", "\(probe)")
    try await host.docker("rm", "-f", "hangs").succeeded()
  }

  @Test func failuresInTheStartPeriodAreIgnored() async throws {
    let host = try TestHost.shared
    try await run(
      host, "slow", "--health-cmd", "test -e /ok", "--health-retries", "1", "--health-start-period", "1h",
      "--health-start-interval", "100ms", "--health-interval", "1h")
    try await waitUntil("three probes", for: .seconds(15)) {
      (Int(try await host.inspect("slow", "{{len .State.Health.Log}}")) ?? 0) >= 3
    }
    #expect(try await host.inspect("slow", "{{.State.Health.Status}} {{.State.Health.FailingStreak}}") == "starting 0")
    try await host.exec("slow", "touch", "/ok").succeeded()
    try await waitFor("healthy", host, "slow")
    try await host.docker("rm", "-f", "slow").succeeded()
  }

  @Test func longOutputIsCut() async throws {
    let host = try TestHost.shared
    try await run(host, "wordy", "--health-cmd", "head -c 9000 /dev/zero | tr '\\0' x")
    try await waitFor("healthy", host, "wordy")
    let output = try await host.inspect("wordy", "{{(index .State.Health.Log 0).Output}}")
    #expect(output.utf8.count == 4099 && output.hasSuffix("xxx..."))
    try await host.docker("run", "-d", "--name", "bare", "--no-healthcheck", "busybox", "sleep", "1000").succeeded()
    #expect(try await host.inspect("bare", "{{json .State.Health}}") == "null")
    #expect(try await host.docker("ps", "-f", "health=none", "--format", "{{.Names}}").text == "bare")
    try await host.docker("rm", "-f", "wordy", "bare").succeeded()
  }
}
