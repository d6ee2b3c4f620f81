import TestHosts
import Testing

/// What a client may rely on as soon as it has an answer, or has seen the end of a stream.
@Suite(.serialized, .engineHost) struct AnswerOrderTests {
  private static let rounds = 8

  @Test func afterAKill() async throws {
    let host = try TestHost.shared
    try await host.runIdle("killed")
    for _ in 0..<Self.rounds {
      #expect(try await host.api("POST", "/v1.50/containers/killed/kill").status == 204)
      let shown = try await host.api("GET", "/v1.50/containers/killed/json")
      #expect(shown.body.contains("\"Status\":\"exited\"") && shown.body.contains("\"ExitCode\":137"))
      #expect(try await host.api("POST", "/v1.50/containers/killed/start").status == 204)
      #expect(try await host.inspect("killed", "{{.State.Status}}") == "running")
    }
    #expect(try await host.api("POST", "/v1.50/containers/killed/kill").status == 204)
    #expect(try await host.api("DELETE", "/v1.50/containers/killed").status == 204)
  }

  /// The process executes the container's program already, so that it gets signals and shows itself.
  @Test func afterAStart() async throws {
    let host = try TestHost.shared
    try await host.docker("create", "--name", "started", "busybox", "sleep", "1000").succeeded()
    for _ in 0..<Self.rounds {
      #expect(try await host.api("POST", "/v1.50/containers/started/start").status == 204)
      let top = try await host.api("GET", "/v1.50/containers/started/top?ps_args=-o%20pid,args")
      #expect(top.body.contains("sleep") && top.body.contains("1000") && !top.body.contains("crun"), "\(top)")
      try await host.docker("kill", "started").succeeded()
    }
    try await host.docker("rm", "started").succeeded()
  }

  /// The attach stream's end comes after the exit is recorded.
  @Test func afterTheEndOfAnAttachment() async throws {
    let host = try TestHost.shared
    try await host.docker("create", "--name", "attached", "busybox", "sh", "-c", "echo out; exit 3").succeeded()
    for _ in 0..<Self.rounds {
      let output = try await host.shell(
        "since=$(date +%s.%N); curl -sN --unix-socket \(host.socketPath) -X POST 'http://e/v1.50/containers/attached/attach?stream=1&stdout=1'"
          + " >attached.out & client=$!; "
          + "until docker events -f event=attach --since $since --until $(date +%s.%N) | grep -q attached; do :; done; "
          + "docker start attached >/dev/null; wait $client; "
          + "docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' attached"
      ).succeeded()
      #expect(output.text == "exited 3")
    }
    let followed = try await host.shell(
      "docker start attached >/dev/null; docker logs -f attached >/dev/null; "
        + "docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' attached"
    ).succeeded()
    #expect(followed.text == "exited 3")
    try await host.docker("rm", "attached").succeeded()
  }

  @Test func logsHaveWhatEndedBeforeThem() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "create", "--name", "spoke", "busybox", "sh", "-c", "echo said; : >/said; trap 'exit 0' TERM; sleep 100 & wait"
    ).succeeded()
    for round in 1...Self.rounds {
      let output = try await host.shell(
        "docker start spoke >/dev/null; until docker cp spoke:/said - >/dev/null 2>&1; do :; done; "
          + "curl -s --unix-socket \(host.socketPath) 'http://e/v1.50/containers/spoke/logs?stdout=1' | grep -c said; "
          + "docker exec spoke rm /said; docker stop spoke >/dev/null")
      #expect(output.text == "\(round)", "\(output)")
    }
    try await host.docker("rm", "spoke").succeeded()
  }

  @Test func aRestartKeepsAContainerWithAutoRemove() async throws {
    let host = try TestHost.shared
    try await host.runIdle("kept", "--rm")
    try await host.docker("restart", "-t", "5", "kept").succeeded()
    #expect(try await host.inspect("kept", "{{.State.Status}}") == "running")
    try await host.docker("stop", "-t", "5", "kept").succeeded()
    try await waitUntil("its removal", for: .seconds(5)) { try await host.docker("inspect", "kept").code != 0 }
  }

  @Test func aWaitEndsAtEachExit() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "again", "--restart", "always", "busybox", "sh", "-c", "sleep 0.5; exit 4"
    ).succeeded()
    #expect(try await host.docker("wait", "again", timeout: .seconds(20)).text == "4")
    try await host.docker("rm", "-f", "again").succeeded()
  }

  @Test(arguments: [[], ["--rm"]]) func anErrorIsPrintedOnce(options: [String]) async throws {
    let host = try TestHost.shared
    for _ in 0..<3 {
      let output = try await host.docker(["run", "-d", "--name", "wrong"] + options + ["busybox", "nonesuch"])
      #expect(output.code == 127)
      #expect(output.stderr.components(of: "executable file not found") == 1, "\(output)")
      try await host.docker("rm", "-f", "wrong")
    }
  }

  /// A client that stops reading must not hold up the container's end.
  @Test(arguments: ["stop -t 2", "kill", "rm -f"], ["attach", "exec"]) func aStalledClient(verb: String, kind: String)
    async throws
  {
    let host = try TestHost.shared
    let chatty = "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"
    if kind == "attach" {
      try await host.docker("run", "-d", "--name", "chatty", "busybox", "sh", "-c", "trap 'exit 0' TERM; \(chatty)")
        .succeeded()
    } else {
      try await host.runIdle("chatty")
    }
    let client = kind == "attach" ? "docker attach chatty" : "docker exec chatty sh -c '\(chatty)'"
    let output = try await host.shell(
      "\(client) >stalled.out & client=$!; until [ -s stalled.out ]; do sleep 0.05; done; kill -STOP $client; "
        // Until the buffers on the way to it are full.
        + "sleep 1; "
        + "start=$(date +%s); docker \(verb) chatty >/dev/null; code=$?; end=$(date +%s); kill -KILL $client; "
        + "rm stalled.out; echo $code $((end - start < 8))", timeout: .seconds(60))
    #expect(output.text == "0 1", "\(output)")
    try await host.docker("rm", "-f", "chatty")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
