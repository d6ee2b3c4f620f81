import TestHosts
import Testing

/// The `causeway` command: Docker's grammar and output.
@Suite(.serialized, .engineHost) struct CausewayCommandTests {
  @Test func mainCommandsWork() async throws {
    let host = try TestHost.shared
    try await host.causeway("network", "create", "ours").succeeded()
    try await host.causeway(
      "run", "-d", "--name", "cw-web", "--network", "ours", "-p", "8180:80", "busybox", "sh", "-c",
      TestHost.webScript("cw-web")
    ).succeeded()
    #expect(try await host.fetchSoon("\(TestHost.address):8180", from: .outside) == "cw-web")
    let page = try await host.causeway(
      "run", "--rm", "--network", "ours", "busybox", "timeout", "3", "wget", "-qO-", "http://cw-web/")
    #expect(page.text == "cw-web", "\(page)")
    #expect(try await host.causeway("exec", "cw-web", "cat", "/srv/index.html").text == "cw-web")
    #expect(try await host.causeway("port", "cw-web").stdout.contains("80/tcp -> 0.0.0.0:8180"))
    #expect(try await host.causeway("ps").stdout.contains("cw-web"))
    #expect(try await host.causeway("network", "ls").stdout.contains("ours"))
    #expect(try await host.causeway("network", "inspect", "ours").stdout.contains("cw-web"))
    #expect(try await host.causeway("inspect", "cw-web").stdout.contains("\"Running\": true"))
    #expect(try await host.causeway("images").stdout.contains("busybox"))
    try await host.causeway("stop", "-t", "3", "cw-web").succeeded()
    try await host.causeway("rm", "cw-web").succeeded()
    try await host.causeway("network", "rm", "ours").succeeded()
  }

  @Test func connectAndDisconnect() async throws {
    let host = try TestHost.shared
    try await host.causeway("network", "create", "ours2").succeeded()
    try await host.causeway(["run", "-d", "--name", "cw-a", "busybox"] + idle).succeeded()
    try await host.causeway(["run", "-d", "--name", "cw-b", "--net", "ours2", "busybox"] + idle).succeeded()
    try await host.causeway("network", "connect", "ours2", "cw-a").succeeded()
    #expect(try await host.causeway("exec", "cw-a", "ping", "-c1", "-W2", "cw-b").code == 0)
    try await host.causeway("network", "disconnect", "ours2", "cw-a").succeeded()
    #expect(try await host.causeway("exec", "cw-a", "ping", "-c1", "-W1", "cw-b").code != 0)
  }

  @Test func exitCodesStreamsAndSignals() async throws {
    let host = try TestHost.shared
    let output = try await host.causeway("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
    #expect(output.stdout == "out\n")
    #expect(output.stderr == "err\n")
    #expect(output.code == 7)
    #expect(try await host.causeway("run", "-i", "--rm", "busybox", "sort", stdin: "b\na\n").stdout == "a\nb\n")
    #expect(try await host.causeway("run", "--rm", "busybox", "nonesuch").code == 127)
    #expect(try await host.causeway("run", "--rm", "--network", "nonesuch", "busybox", "true").code == 125)
    let terminal = try await host.shell(
      "(sleep 0.7; echo 'tty; echo sum-$((1+1))'; sleep 0.4; echo 'exit 9') | "
        + "script -qec 'causeway run -it --rm busybox sh' /dev/null; echo code $?")
    #expect(terminal.stdout.contains("/dev/pts/0"), "\(terminal)")
    #expect(terminal.stdout.contains("sum-2") && terminal.stdout.contains("code 9"), "\(terminal)")
  }

  @Test func createStartLogsWaitKill() async throws {
    let host = try TestHost.shared
    try await host.causeway("create", "--name", "cw-c", "busybox", "sh", "-c", "echo one; sleep 0.3; echo two; exit 3")
      .succeeded()
    try await host.causeway("start", "cw-c").succeeded()
    #expect(try await host.causeway("logs", "-f", "cw-c").stdout == "one\ntwo\n")
    let waited = try await host.causeway("wait", "cw-c")
    #expect(waited.text == "3", "\(waited)")
    try await host.causeway(["run", "-d", "--name", "cw-d", "busybox"] + idle).succeeded()
    try await host.causeway("kill", "cw-d").succeeded()
    #expect(try await host.causeway("wait", "cw-d").text == "137")
    try await host.causeway("rm", "cw-c", "cw-d").succeeded()
  }

  @Test func errorsAreReadable() async throws {
    let host = try TestHost.shared
    let missing = try await host.causeway("network", "inspect", "ghost")
    #expect(missing.code == 1)
    #expect(missing.stderr.contains("network ghost not found"), "\(missing)")
    try await host.causeway("network", "create", "near").succeeded()
    let mistyped = try await host.causeway("network", "inspect", "naer")
    #expect(mistyped.stderr.contains("Did you mean 'near'?"), "\(mistyped)")
    #expect(try await host.causeway("netwrok").stderr.contains("Did you mean 'network'?"))
    try await host.causeway("network", "rm", "near").succeeded()
    let closed = try await host.shell(
      "chmod 755 \(host.folder) && setpriv --reuid 65534 --regid 65534 --clear-groups causeway ps")
    #expect(closed.code == 1 && closed.stderr.contains("permission denied while trying to connect"), "\(closed)")
    #expect(closed.stderr.contains("sudo"), "\(closed)")
    let nowhere = try await host.run(
      ["causeway", "ps"], environment: ["DOCKER_HOST": "unix://\(host.folder)/none.sock"])
    #expect(nowhere.code == 1)
    #expect(nowhere.stderr.contains("none.sock"), "\(nowhere)")
    #expect(nowhere.stderr.contains("Start it with 'sudo causewayd -H unix://"), "\(nowhere)")
  }

  /// Colours are for terminals only, and can be disabled.
  @Test func coloursOnlyOnATerminal() async throws {
    let host = try TestHost.shared
    try await host.causeway(["run", "-d", "--name", "cw-colour", "busybox"] + idle).succeeded()
    let green = "\u{1B}[32mUp"
    #expect(try await !host.causeway("ps").stdout.contains("\u{1B}"))
    #expect(try await host.shell("script -qec 'causeway ps' /dev/null").stdout.contains(green))
    #expect(try await !host.shell("NO_COLOR=1 script -qec 'causeway ps' /dev/null").stdout.contains("\u{1B}"))
    #expect(try await !host.shell("TERM=dumb script -qec 'causeway ps' /dev/null").stdout.contains("\u{1B}"))
    try await host.causeway("rm", "-f", "cw-colour").succeeded()
  }

  @Test func engineInformationIsShown() async throws {
    let host = try TestHost.shared
    #expect(try await host.causeway("version").stdout.contains("1.55"))
    try await host.causeway("info").succeeded()
    #expect(try await host.causeway("--help").stdout.contains("network"))
  }
}
