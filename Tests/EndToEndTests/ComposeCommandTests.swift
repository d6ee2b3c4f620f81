import TestHosts
import Testing

/// `causeway compose` on running services, interruptions, and invalid files.
@Suite(.serialized, .engineHost) struct ComposeCommandTests {
  @Test func attachedLogsAndExitCodes() async throws {
    let project = try await ComposeHost(
      "attached",
      "services: {one: {image: busybox, command: \"sh -c 'echo first; echo second >&2; exit 3'\"}, two: {\(staying)}}\n"
    )
    let up = try await project.compose("up", "--abort-on-container-exit")
    #expect(up.code == 3)
    #expect(up.stdout.contains("Attaching to one-1, two-1\n"), "\(up)")
    #expect(up.stdout.contains("one-1  | first\n") && up.stdout.contains("one-1  | second\n"))
    #expect(up.stdout.components(of: "one-1 exited with code 3") == 1, "\(up)")
    // Again: shows none of the first run's output and all of the second's.
    let again = try await project.compose("up", "--exit-code-from", "one")
    #expect(again.code == 3 && again.stdout.components(of: "one-1  | first") == 1, "\(again)")
    #expect(try await project.compose("logs", "--no-log-prefix", "one").stdout.components(of: "first") == 2)
    try await project.compose("down").succeeded()
  }

  @Test func interruptedUpIsListedAndRemoved() async throws {
    let project = try await ComposeHost(
      "interrupted",
      "services: {web: {\(staying), depends_on: {db: {condition: service_healthy}}}, db: {\(staying), healthcheck: {test: \"false\", interval: 1s, retries: 1000}}}\n"
    )
    let up = try await project.host.shell(
      """
      causeway compose --project-directory '\(project.folder)' up -d & up=$!
      until docker ps -q --filter name=interrupted-db-1 | grep -q .; do sleep 0.05; done
      kill -INT $up; wait $up; echo code $?
      """)
    #expect(up.stdout.contains("code 130"), "\(up)")
    #expect(up.stderr.contains("are running:\n  interrupted-db-1"), "\(up)")
    #expect(try await project.running().count == 1)
    try await project.compose("down").succeeded()
    #expect(try await project.host.docker("ps", "-aq").lines.isEmpty)
  }

  @Test func invalidFileChangesNothing() async throws {
    let wrong = [
      ("services: {a: {image: busybox, ports: [\"x:80\"]}}\n", "compose.yaml:1:40: found \"x\" as the host's port"),
      ("services: {a: {image: busybox}, b: {image: busybox, volumes: [\"v:/v\"]}}\n", "which volumes: does not define"),
      ("services: {a: {image: busybox}, b: {image: busybox, mem_limit: 1k}}\n", "Minimum memory limit allowed is 6MB"),
      ("services: {a: {image: busybox, scale: 2, ports: [\"80:80\"]}}\n", "the host's port 80 with 2 containers"),
    ]
    for (index, (file, words)) in wrong.enumerated() {
      let project = try await ComposeHost("wrong\(index)", file)
      let up = try await project.compose("up", "-d")
      #expect(up.code == 1 && up.stderr.contains(words), "\(up)")
    }
    #expect(try await TestHost.shared.docker("ps", "-aq").lines.isEmpty)
    #expect(try await TestHost.shared.docker("network", "ls", "-q", "--filter", "name=wrong").lines.isEmpty)
  }

  @Test func commandsOnRunningServices() async throws {
    let project = try await ComposeHost(
      "verbs", "services: {a: {\(staying), environment: {E: e}}, b: {\(staying), depends_on: [a]}}\n")
    try await project.compose("create").succeeded()
    #expect(try await project.compose("ps", "-a", "--status", "created", "-q").lines.count == 2)
    try await project.compose("start").succeeded()
    #expect(try await project.compose("ps", "--services").lines == ["a", "b"])
    let oneOff = try await project.compose("run", "--rm", "-T", "-e", "F=f", "a", "sh", "-c", "echo $E$F; exit 5")
    #expect(oneOff.stdout == "ef\n" && oneOff.code == 5, "\(oneOff)")
    #expect(try await project.compose("top").stdout.contains("sleep 0.2"))
    #expect(try await project.compose("images").stdout.contains("busybox"))
    try await project.compose("pause", "a").succeeded()
    #expect(try await project.compose("ps", "--format", "json", "a").stdout.contains("\"State\":\"paused\""))
    try await project.compose("unpause").succeeded()
    let started = try await project.host.inspect("verbs-a-1", "{{.State.StartedAt}}")
    try await project.compose("restart", "a").succeeded()
    #expect(try await project.host.inspect("verbs-a-1", "{{.State.StartedAt}}") != started)
    try await project.compose("kill", "b").succeeded()
    try await project.compose("rm", "-f").succeeded()
    #expect(try await project.compose("ps", "-aq").lines.count == 1)
    try await project.compose("stop").succeeded()
    #expect(try await project.running().isEmpty)
    #expect(try await project.compose("up", "-d", "--wait").code == 0)
    #expect(try await project.running().count == 2)
    try await project.compose("down").succeeded()
  }

  @Test func inspectionAndCopyCommands() async throws {
    let project = try await ComposeHost(
      "looked", "services: {a: {\(staying)}, b: {image: busybox, command: [head, -n1], stdin_open: true}}\n")
    try await project.compose("up", "-d").succeeded()
    let usage = try await project.compose("stats", "--no-stream", "--format", "{{.Name}}").succeeded()
    #expect(usage.lines.sorted() == ["looked-a-1", "looked-b-1"], "\(usage)")
    let attached = try await project.host.run(
      ["causeway", "compose", "--project-directory", project.folder, "attach", "b"], stdin: "typed\n")
    #expect(attached.stdout == "typed\n" && attached.code == 0, "\(attached)")
    try await project.exec("a", "touch", "/marked").succeeded()
    try await project.compose("commit", "a", "marked:1").succeeded()
    #expect(try await project.host.docker("run", "--rm", "marked:1", "ls", "/marked").code == 0)
    try await project.compose("export", "-o", "\(project.folder)/a.tar", "a").succeeded()
    #expect(try await project.host.shell("tar tf '\(project.folder)/a.tar'").stdout.contains("marked\n"))
    let watched = try await project.compose("watch")
    #expect(watched.code == 1 && watched.stderr.contains("watch is not supported"), "\(watched)")
    try await project.compose("down").succeeded()
  }

  @Test func dockerLoadsItAsAPlugin() async throws {
    let project = try await ComposeHost("plugged", "services: {a: {\(staying)}}\n")
    let host = project.host
    try await host.shell(
      "mkdir -p $DOCKER_CONFIG/cli-plugins && ln -s \"$(command -v causeway)\" $DOCKER_CONFIG/cli-plugins/docker-compose"
    ).succeeded()
    try await host.shell("cd '\(project.folder)' && docker compose up -d && docker compose exec -T a true").succeeded()
    #expect(try await host.shell("cd '\(project.folder)' && docker compose ps -q").lines.count == 1)
    try await host.shell("cd '\(project.folder)' && docker compose down").succeeded()
  }
}

extension String {
  /// The number of occurrences of `text`.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(text) { count += 1 }
      rest = rest.dropFirst()
    }
    return count
  }
}
