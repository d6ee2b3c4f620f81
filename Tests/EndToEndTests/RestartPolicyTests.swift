import TestHosts
import Testing

/// Restart policies through the docker command.
@Suite(.serialized, .engineHost) struct RestartPolicyTests {
  private func state(_ host: TestHost, _ name: String) async throws -> String {
    try await host.inspect(name, "{{.State.Status}} {{.RestartCount}}")
  }

  @Test func onFailureRetriesALimitedNumberOfTimes() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "fails", "--restart", "on-failure:2", "busybox", "sh", "-c", "echo try; exit 3"
    ).succeeded()
    try await waitUntil("the last try", for: .seconds(20)) { try await state(host, "fails") == "exited 2" }
    #expect(try await host.docker("logs", "fails").stdout == "try\ntry\ntry\n")
    #expect(try await host.inspect("fails", "{{.State.ExitCode}}") == "3")
    try await host.docker(
      "run", "-d", "--name", "succeeds", "--restart", "on-failure", "busybox", "sh", "-c", "exit 0"
    ).succeeded()
    #expect(try await host.docker("wait", "succeeds").text == "0")
    #expect(try await state(host, "succeeds") == "exited 0")
    // A start by the user resets the counter.
    try await host.docker("start", "fails").succeeded()
    try await waitUntil("the last try again", for: .seconds(20)) { try await state(host, "fails") == "exited 2" }
  }

  @Test func alwaysRestartsUntilStopped() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "comes", "--restart", "always", "busybox", "sh", "-c",
      "trap 'exit 0' TERM; while ! [ -e /end ]; do sleep 0.1; done; rm /end"
    ).succeeded()
    try await host.exec("comes", "touch", "/end").succeeded()
    try await waitUntil("it to come again", for: .seconds(20)) { try await state(host, "comes") == "running 1" }
    try await host.docker("stop", "-t", "5", "comes").succeeded()
    #expect(try await state(host, "comes") == "exited 1")
    try await host.docker("start", "comes").succeeded()
    #expect(try await state(host, "comes") == "running 0")
    try await host.docker("kill", "comes").succeeded()
    #expect(try await host.docker("wait", "comes").text == "137")
    #expect(try await state(host, "comes") == "exited 0")
    try await host.docker("rm", "comes").succeeded()
  }

  @Test func restartingContainerCanBeStoppedAndRemoved() async throws {
    let host = try TestHost.shared
    for name in ["loops", "goes"] {
      try await host.docker("run", "-d", "--name", name, "--restart", "always", "busybox", "false").succeeded()
    }
    // Between two tries; the delay may end at any time.
    try await waitUntil("a refusal between two tries", for: .seconds(30)) {
      let exec = try await host.exec("loops", "true")
      return exec.code == 1 && exec.stderr.contains("is restarting, wait until the container is running")
    }
    try await waitUntil("a status between two tries", for: .seconds(30)) {
      try await host.docker("ps", "-f", "name=loops", "--format", "{{.Status}}").text.hasPrefix("Restarting (1)")
    }
    try await host.docker("stop", "-t", "2", "loops").succeeded()
    #expect(try await host.inspect("loops", "{{.State.Status}}") == "exited")
    let count = try await host.inspect("loops", "{{.RestartCount}}")
    try await Task.sleep(for: .seconds(1))
    #expect(try await host.inspect("loops", "{{.RestartCount}}") == count)
    try await host.docker("update", "--restart", "no", "goes").succeeded()
    try await waitUntil("an end without another try", for: .seconds(70)) {
      try await host.inspect("goes", "{{.State.Status}}") == "exited"
    }
    try await host.docker("rm", "-f", "loops", "goes").succeeded()
  }

  @Test func restartPolicyAfterAnEngineRestart() async throws {
    let host = try TestHost.shared
    for policy in ["always", "unless-stopped", "no"] {
      try await host.runIdle("p-\(policy)", "--restart", policy)
      try await host.docker("stop", "-t", "5", "p-\(policy)").succeeded()
    }
    try await host.runIdle("p-running", "--restart", "unless-stopped")
    try await host.restartEngine()
    try await waitUntil("the one that always runs", for: .seconds(20)) {
      try await host.inspect("p-always", "{{.State.Status}}") == "running"
    }
    #expect(try await host.inspect("p-unless-stopped", "{{.State.Status}}") == "exited")
    #expect(try await host.inspect("p-no", "{{.State.Status}}") == "exited")
    #expect(try await host.inspect("p-running", "{{.State.Status}} {{.RestartCount}}") == "running 0")
    try await host.removeEverything()
  }
}
