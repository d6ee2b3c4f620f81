import TestHosts
import Testing

/// Create, start, stop, kill, wait, logs, exec, attach.
@Suite(.serialized, .engineHost) struct LifecycleTests {
  @Test func lifecycleOfAContainer() async throws {
    let host = try TestHost.shared
    try await host.docker(["create", "--name", "life", "busybox"] + idle).succeeded()
    #expect(try await host.inspect("life", "{{.State.Status}}") == "created")
    try await host.docker("start", "life").succeeded()
    #expect(try await host.inspect("life", "{{.State.Status}} {{.State.Running}}") == "running true")
    try await host.docker("stop", "-t", "5", "life").succeeded()
    #expect(try await host.inspect("life", "{{.State.Status}} {{.State.ExitCode}}") == "exited 0")
    try await host.docker("start", "life").succeeded()
    #expect(try await host.docker("rm", "life").code != 0)
    try await host.docker("rm", "-f", "life").succeeded()
    #expect(try await host.docker("inspect", "life").code != 0)
  }

  @Test func stopKillsAfterTheTimeout() async throws {
    let host = try TestHost.shared
    try await host.docker("run", "-d", "--name", "deaf", "busybox", "sleep", "1000").succeeded()
    try await host.docker("stop", "-t", "1", "deaf").succeeded()
    #expect(try await host.inspect("deaf", "{{.State.ExitCode}}") == "137")
  }

  @Test func killSendsSignals() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "hears", "busybox", "sh", "-c",
      "trap 'echo usr1' USR1; trap 'exit 3' TERM; while :; do sleep 0.05; done"
    ).succeeded()
    try await Task.sleep(for: .milliseconds(200))
    try await host.docker("kill", "-s", "USR1", "hears").succeeded()
    try await waitUntil("the signal", for: .seconds(5)) { try await host.docker("logs", "hears").stdout == "usr1\n" }
    try await host.docker("stop", "hears").succeeded()
    #expect(try await host.inspect("hears", "{{.State.ExitCode}}") == "3")
    // In the foreground, the client forwards its signals.
    let proxied = try await host.shell(
      "docker run --rm --name proxied busybox sh -c \"trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done\" & "
        + "for i in $(seq 50); do docker logs proxied 2>/dev/null | grep -q up && break; sleep 0.1; done; "
        + "kill -TERM $!; wait $!")
    #expect(proxied.code == 5, "\(proxied)")
  }

  @Test func waitPrintsTheExitCode() async throws {
    let host = try TestHost.shared
    try await host.docker("run", "-d", "--name", "waited", "busybox", "sh", "-c", "sleep 0.5; exit 4").succeeded()
    #expect(try await host.docker("wait", "waited").text == "4")
    #expect(try await host.docker("wait", "waited").text == "4")
  }

  @Test func logsAreStoredAndFollowed() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-d", "--name", "talks", "busybox", "sh", "-c",
      "for i in 1 2 3 4 5; do echo line$i; echo err$i >&2; sleep 0.2; done"
    ).succeeded()
    let followed = try await host.docker("logs", "-f", "talks")
    #expect(followed.stdout == (1...5).map { "line\($0)\n" }.joined())
    #expect(followed.stderr == (1...5).map { "err\($0)\n" }.joined())
    #expect(try await host.docker("logs", "--tail", "2", "talks").all.split(separator: "\n").count == 2)
    let stamped = try await host.docker("logs", "-t", "talks")
    #expect(stamped.lines.first?.contains("T") == true)
    #expect(stamped.lines.first?.hasSuffix(" line1") == true)
  }

  @Test func execRunsInAContainer() async throws {
    let host = try TestHost.shared
    try await host.runIdle("host1")
    let output = try await host.docker(
      "exec", "-e", "X=y", "-w", "/tmp", "-u", "7", "host1", "sh", "-c", "echo $X $PWD $(id -u); echo e >&2; exit 6")
    #expect(output.stdout == "y /tmp 7\n")
    #expect(output.stderr == "e\n")
    #expect(output.code == 6)
    #expect(try await host.docker("exec", "-i", "host1", "cat", stdin: "through").stdout == "through")
    #expect(try await host.docker("exec", "host1", "nonesuch").code == 127)
    let terminal = try await host.shell(
      "(sleep 0.5; echo 'tty; echo sum-$((2+2))'; sleep 0.3; echo 'exit 8') | "
        + "script -qec 'docker exec -it host1 sh' /dev/null; echo code $?")
    #expect(terminal.stdout.contains("/dev/pts/"), "\(terminal)")
    #expect(terminal.stdout.contains("sum-4"))
    #expect(terminal.stdout.contains("code 8"))
    try await host.docker("exec", "-d", "host1", "touch", "/made").succeeded()
    try await waitUntil("the detached command", for: .seconds(5)) {
      try await host.exec("host1", "test", "-e", "/made").code == 0
    }
  }

  @Test func attachConnectsToARunningContainer() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "-di", "--name", "joined", "busybox", "sh", "-c", "read x; echo got $x; sleep 0.3; exit 2"
    ).succeeded()
    let output = try await host.docker("attach", "joined", stdin: "word\n")
    #expect(output.stdout.contains("got word"), "\(output)")
    #expect(output.code == 2)
  }

  @Test func startAttachedShowsTheOutput() async throws {
    let host = try TestHost.shared
    try await host.docker("create", "--name", "shown", "busybox", "sh", "-c", "echo shown; exit 3").succeeded()
    let output = try await host.docker("start", "-a", "shown")
    #expect(output.stdout == "shown\n")
    #expect(output.code == 3)
  }

  @Test func psFiltersAndFormats() async throws {
    let host = try TestHost.shared
    try await host.runIdle("seen", "--label", "team=net", "-p", "8123:80")
    try await host.docker("run", "--name", "ended", "--label", "team=net", "busybox", "true").succeeded()
    let running = try await host.docker("ps", "--filter", "label=team=net", "--format", "{{.Names}} {{.Image}}").lines
    #expect(running == ["seen busybox"])
    let all = try await host.docker("ps", "-a", "--filter", "label=team=net", "--format", "{{.Names}}").lines
    #expect(Set(all) == ["seen", "ended"])
    let exited = try await host.docker(
      "ps", "-a", "--filter", "status=exited", "--filter", "label=team=net", "--format", "{{.Names}} {{.Status}}"
    ).lines
    #expect(exited.first?.hasPrefix("ended Exited (0)") == true, "\(exited)")
    #expect(try await host.docker("ps", "--filter", "name=seen").stdout.contains("0.0.0.0:8123->80/tcp"))
  }

  @Test func filesSurviveARestart() async throws {
    let host = try TestHost.shared
    try await host.runIdle("writes")
    try await host.exec("writes", "sh", "-c", "echo mine >/note").succeeded()
    try await host.docker("restart", "-t", "2", "writes").succeeded()
    #expect(try await host.exec("writes", "cat", "/note").text == "mine")
  }

  @Test func runningContainerKeepsItsAddress() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "steady").succeeded()
    for name in ["s1", "s2"] { try await host.runIdle(name, "--network", "steady") }
    let before = try await host.address(of: "s2", on: "steady")
    try await host.docker("restart", "-t", "2", "s2").succeeded()
    #expect(try await host.exec("s1", "ping", "-c1", "-W2", "s2").code == 0)
    #expect(!before.isEmpty)
  }
}
