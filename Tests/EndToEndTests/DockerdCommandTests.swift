import TestHosts
import Testing

/// The `causeway` command against Debian's dockerd behaves as against our engine.
@Suite(.serialized, .dockerHost) struct DockerdCommandTests {
  @Test func mainCommandsWork() async throws {
    let host = try TestHost.shared
    let version = try await host.causeway("version", "--format", "{{.Server.Version}} {{.Server.APIVersion}}")
    #expect(version.code == 0 && !version.text.contains("causeway"), "\(version)")
    try await host.causeway("network", "create", "--subnet", "10.91.0.0/24", "ours").succeeded()
    try await host.causeway(
      ["run", "-d", "--name", "cw-web", "--network", "ours", "--label", "com.example.tier=front", "busybox"]
        + ["sh", "-c", TestHost.webScript("cw-web")]
    ).succeeded()
    let page = try await host.causeway(
      "run", "--rm", "--network", "ours", "busybox", "timeout", "5", "wget", "-qO-", "http://cw-web/")
    #expect(page.text == "cw-web", "\(page)")
    #expect(try await host.causeway("exec", "cw-web", "cat", "/srv/index.html").text == "cw-web")
    #expect(
      try await host.causeway("ps", "--format", #"{{.Names}} {{.Label "com.example.tier"}}"#).text == "cw-web front")
    let address = try await host.causeway(
      "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "cw-web")
    #expect(address.text.hasPrefix("10.91.0."))
    #expect(try await host.causeway("rename", "cw-web", "cw-two").code == 0)
    #expect(try await host.causeway("update", "--memory", "64m", "--memory-swap", "64m", "cw-two").text == "cw-two")
    let usage = try await host.causeway("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", "cw-two")
    #expect(usage.text.hasPrefix("cw-two ") && usage.text.hasSuffix("/ 64MiB"), "\(usage)")
    try await host.causeway("stop", "-t", "3", "cw-two").succeeded()
    #expect(try await host.causeway("wait", "cw-two").text == "0")
    try await host.causeway("rm", "cw-two").succeeded()
    try await host.causeway("network", "rm", "ours").succeeded()
  }

  @Test func streamsAndExitCodes() async throws {
    let host = try TestHost.shared
    let output = try await host.causeway("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
    #expect(output.stdout == "out\n" && output.stderr == "err\n" && output.code == 7, "\(output)")
    #expect(try await host.causeway("run", "-i", "--rm", "busybox", "sort", stdin: "b\na\n").stdout == "a\nb\n")
    #expect(try await host.causeway("run", "--rm", "busybox", "nonesuch").code == 127)
    #expect(try await host.causeway("run", "--rm", "busybox", "/etc").code == 126)
    #expect(try await host.causeway("run", "--rm", "--network", "nonesuch", "busybox", "true").code == 125)
    let old = try await host.causeway("run", "--rm", "--annotation", "a=b", "busybox", "true")
    #expect(old.code == 125 && old.stderr.contains("requires API version 1.43"), "\(old)")
  }

  @Test func filesAreCopiedAsByDocker() async throws {
    let host = try TestHost.shared
    try await host.causeway(["run", "-d", "--name", "cw-files", "busybox"] + idle).succeeded()
    let script = """
      set -e; cd "$(mktemp -d)"; mkdir -p src/sub; echo deep >src/sub/file; ln -s sub/file src/link
      COMMAND cp src cw-files:/ARENA; COMMAND cp src/. cw-files:/ARENA/content 2>&1 || true
      COMMAND cp src/sub/file cw-files:/ARENA/renamed
      COMMAND cp cw-files:/ARENA back; COMMAND cp cw-files:/ARENA/sub - | tar -t
      docker exec cw-files sh -c 'cd /ARENA && find . | sort'; find back | sort; cat back/link
      """
    let theirs = try await host.shell(
      script.replacingAll("COMMAND", "docker").replacingAll("ARENA", "a1")
    ).succeeded().stdout
    let ours = try await host.shell(
      script.replacingAll("COMMAND", "causeway").replacingAll("ARENA", "a1").replacingAll(
        "cw-files:/a1", "cw-files:/a2"
      )
      .replacingAll("cd /a1", "cd /a2")
    ).succeeded().stdout
    #expect(ours == theirs)
    #expect(try await host.causeway("diff", "cw-files").lines.contains("A /a2/renamed"))
    let id = try await host.causeway("commit", "-c", "CMD [\"cat\", \"/a2/renamed\"]", "cw-files", "made:v1")
      .succeeded()
    #expect(id.text.hasPrefix("sha256:"))
    #expect(try await host.causeway("run", "--rm", "made:v1").text == "deep")
    let exported = try await host.shell("causeway export cw-files | tar -t | grep -c a2/")
    #expect((Int(exported.text) ?? 0) > 3, "\(exported)")
    try await host.causeway("rm", "-f", "cw-files").succeeded()
    try await host.causeway("rmi", "made:v1").succeeded()
  }

  /// The same arguments give the same output, error and exit code as the `docker` command.
  @Test(arguments: [
    "ps -a", "ps -aq --no-trunc", "images", "network ls", "network inspect bridge", "volume ls --format json",
    "system df", "inspect nonesuch", "rm nonesuch", "volume rm nonesuch", "image inspect busybox",
    "history busybox --format {{.ID}}", "exec nonesuch true", "start nonesuch", "info -f {{.Driver}}", "plugin ls",
    "context ls", "context inspect", "ps --filter nonesuch=1", "ps --nonesuch", "stop", "cp a b", "tag nonesuch x",
    "update busybox", "port nonesuch", "image rm nonesuch", "volume create --name a b",
  ])
  func outputMatchesDocker(_ line: String) async throws {
    let host = try TestHost.shared
    let words = line.split(separator: " ").map(String.init)
    let theirs = try await host.docker(words)
    let ours = try await host.causeway(words)
    #expect(ours.stdout == theirs.stdout)
    #expect(ours.stderr.replacingAll("causeway", "docker") == theirs.stderr)
    #expect(ours.code == theirs.code)
  }
}

extension String {
  fileprivate func replacingAll(_ old: String, _ new: String) -> String {
    var result = ""
    var rest = self[...]
    while let found = rest.firstRange(of: old) {
      result += rest[..<found.lowerBound] + new
      rest = rest[found.upperBound...]
    }
    return result + rest
  }
}
