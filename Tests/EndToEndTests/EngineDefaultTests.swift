import TestHosts
import Testing

/// Defaults for containers from the engine's settings.
@Suite(
  .serialized,
  .engineHost("--log-opt", "max-size=1k", "--log-opt", "max-file=2", "--default-ulimit", "nofile=77:88", "--init"))
struct EngineDefaultTests {
  @Test func defaultsApplyUnlessOverridden() async throws {
    let host = try TestHost.shared
    let script = "ulimit -n; cat /proc/1/cmdline | tr '\\0' ' '"
    let output = try await host.docker("run", "--rm", "busybox", "sh", "-c", script)
    #expect(output.stdout.hasPrefix("77\n/sbin/docker-init"), "\(output)")
    let own = try await host.docker(
      "run", "--rm", "--init=false", "--ulimit", "nofile=50:60", "busybox", "sh", "-c", script)
    #expect(own.stdout.hasPrefix("50\nsh -c"), "\(own)")
    try await host.docker(
      "run", "--name", "wordy", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do seq 300 >&2; sleep 0.5; done"
    ).succeeded()
    #expect(try await host.docker("logs", "wordy").stderr.utf8.count < 4000)
    #expect(try await host.inspect("wordy", "{{index .HostConfig.LogConfig.Config \"max-size\"}}") == "1k")
  }
}
