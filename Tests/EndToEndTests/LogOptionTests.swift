import TestHosts
import Testing

/// Log limits and details through the docker command.
@Suite(.serialized, .engineHost) struct LogOptionTests {
  private func lines(_ count: Int, pause: String = ":") -> [String] {
    ["busybox", "sh", "-c", "for i in $(seq \(count)); do echo line $i; \(pause); done"]
  }

  @Test func rotatedLogKeepsItsEnd() async throws {
    let host = try TestHost.shared
    for files in ["1", "3"] {
      let name = "bounded\(files)"
      try await host.docker(
        ["run", "--name", name, "--log-opt", "max-size=2k", "--log-opt", "max-file=\(files)"]
          // In bursts: rotation runs beside the writer.
          + lines(2000, pause: "[ $((i % 100)) != 70 ] || sleep 0.1")
      ).succeeded()
      let kept = try await host.docker("logs", name).succeeded().lines
      #expect(kept.last == "line 2000", "\(kept.suffix(3))")
      #expect((20..<400).contains(kept.count), "\(kept.count) lines of \(files) files")
      #expect(kept == (0..<kept.count).map { "line \(2001 - kept.count + $0)" })
      #expect(try await host.docker("logs", "--tail", "5", name).lines == kept.suffix(5))
      try await host.docker("rm", name).succeeded()
    }
  }

  @Test func followContinuesAfterRotation() async throws {
    let host = try TestHost.shared
    try await host.docker(
      ["run", "-d", "--name", "turning", "--log-opt", "max-size=1k", "--log-opt", "max-file=2"]
        + lines(200, pause: "usleep 5000")
    ).succeeded()
    let followed = try await host.docker("logs", "-f", "turning").succeeded().lines
    #expect(followed == (1...200).map { "line \($0)" })
    #expect(try await host.docker("logs", "turning").lines.count < 200)
  }

  @Test func logLimitHoldsAfterARestart() async throws {
    let host = try TestHost.shared
    try await host.docker(
      ["run", "-d", "--name", "outlives", "--log-opt", "max-size=1k", "--log-opt", "max-file=2", "busybox", "sh", "-c"]
        + ["while ! [ -e /go ]; do sleep 0.1; done; for i in $(seq 500); do echo line $i; done; sleep 1000"]
    ).succeeded()
    try await host.restartEngine()
    try await host.exec("outlives", "touch", "/go").succeeded()
    try await waitUntil("the last line", for: .seconds(10)) {
      let kept = try await host.docker("logs", "outlives").lines
      return kept.last == "line 500" && kept.count < 400
    }
    try await host.docker("rm", "-f", "outlives").succeeded()
  }

  @Test func detailsPrecedeLines() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "--name", "told", "--label", "team=net", "-e", "MODE=fast", "--log-opt", "labels=team", "--log-opt",
      "env=MODE", "busybox", "echo", "hi"
    ).succeeded()
    #expect(try await host.docker("logs", "--details", "told").stdout == "MODE=fast,team=net hi\n")
    #expect(try await host.docker("logs", "told").stdout == "hi\n")
    let stamped = try await host.docker("logs", "--details", "-t", "told").stdout
    #expect(stamped.hasSuffix("Z MODE=fast,team=net hi\n"), "\(stamped)")
  }

  @Test func sinceAndUntil() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "--name", "paced", "busybox", "sh", "-c", "echo one; sleep 1.2; echo two; sleep 1.2; echo three"
    ).succeeded()
    let stamps = try await host.docker("logs", "-t", "paced").succeeded().lines.map { $0.prefix { $0 != " " } }
    #expect(stamps.count == 3)
    #expect(try await host.docker("logs", "--since", "\(stamps[1])", "paced").stdout == "two\nthree\n")
    #expect(try await host.docker("logs", "--until", "\(stamps[1])", "paced").stdout == "one\ntwo\n")
    #expect(try await host.docker("logs", "--since", "10m", "--until", "1h", "paced").stdout.isEmpty)
  }

  @Test func unknownLogDriverIsRefused() async throws {
    let host = try TestHost.shared
    let output = try await host.docker("run", "--rm", "--log-driver", "syslog", "busybox", "true")
    #expect(output.code == 125 && output.stderr.contains("no log driver named 'syslog'"), "\(output)")
    try await host.docker("run", "--name", "mute", "--log-driver", "none", "busybox", "echo", "lost").succeeded()
    let logs = try await host.docker("logs", "mute")
    #expect(logs.code == 1 && logs.stderr.contains("configured logging driver does not support reading"), "\(logs)")
  }
}
