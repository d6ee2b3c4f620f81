import TestHosts
import Testing

/// What attributes of services come to in containers, and the commands that look at them, on one project that has most
/// of what people write.
@Suite(.serialized, .engineHost) struct ComposeServiceTests {
  private static let file = """
    services:
      app:
        build: {context: app, args: {WHO: "${WHO:-nobody}"}, labels: {made: here}}
        image: rich-app:1
        command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.2; done"]
        env_file: [{path: app.env}, {path: missing.env, required: false}]
        environment: {TOKEN_FILE: /run/secrets/token, GREETING: "hi ${WHO:?who}"}
        secrets: [token, {source: named, target: /etc/named, mode: 0440, uid: "12", gid: "13"}]
        configs: [plain, {source: inline, target: /etc/inline.conf, mode: 0400}]
        deploy: {resources: {limits: {memory: 64M, cpus: "0.5", pids: 50}}}
        ulimits: {nofile: 123}
        sysctls: {net.ipv4.ip_unprivileged_port_start: 80}
        extra_hosts: ["shop:192.0.2.7"]
        tmpfs: /scratch:size=1m
        cap_drop: [ALL]
        cap_add: [NET_RAW]
        hostname: apphost
        labels: {tier: front}
        post_start: [{command: [sh, -c, "echo started >/scratch/hook"]}]
        restart: on-failure:2
        ports: ["127.0.0.1:9181:80/tcp"]
        networks: {default: {aliases: [front]}, private: {ipv4_address: 10.79.0.7}}
        healthcheck: {test: ["CMD", "true"], interval: 200ms, retries: 3}
      other:
        image: busybox
        command: [sh, -c, "echo one; echo two; echo three; trap 'exit 0' TERM; while :; do sleep 0.2; done"]
        networks: [private]
        depends_on: {app: {condition: service_healthy}}
    networks:
      private: {internal: true, ipam: {config: [{subnet: 10.79.0.0/24, gateway: 10.79.0.1}]}, labels: {net: private}}
    secrets: {token: {file: ./token}, named: {environment: WHO}}
    configs: {plain: {file: ./plain}, inline: {content: "who=${WHO}\\ncost=$$5\\n"}}
    """

  private static func project() async throws -> ComposeHost {
    try await ComposeHost(
      "rich",
      [
        "compose.yaml": file, "app/Dockerfile": "FROM busybox\nARG WHO\nRUN echo \"$WHO\" >/who\n",
        "app.env": "A=from-file\n", "token": "s3cret\n", "plain": "plainfile\n", ".env": "WHO=ali\n",
        "over.yaml":
          "services: {app: {ports: !override [\"127.0.0.1:9182:80\"], deploy: !reset null, labels: {tier: back}}}\n",
      ])
  }

  @Test func containersMatchTheFile() async throws {
    let project = try await Self.project()
    let missing = try await project.compose("config", "-q", environment: ["WHO": ""])
    #expect(missing.code != 0 && missing.stderr.contains("compose.yaml:7:"), "\(missing)")
    #expect(missing.stderr.contains("the required variable WHO is missing a value: who"), "\(missing)")
    let built = try await project.compose("build").succeeded()
    #expect(built.all.contains("Successfully tagged rich-app:1\n"), "\(built)")
    try await project.compose("up", "-d", "--wait").succeeded()
    func says(_ line: String) async throws -> String { try await project.exec("app", "sh", "-c", line).text }
    #expect(try await says("cat /who /run/secrets/token /plain /scratch/hook") == "ali\ns3cret\nplainfile\nstarted")
    #expect(
      try await says("stat -c %a:%u:%g /etc/named /etc/inline.conf /plain /run/secrets/token")
        == "440:12:13\n400:0:0\n644:0:0\n644:0:0")
    #expect(
      try await says("cat /etc/inline.conf; echo $A,$GREETING; ulimit -n; hostname") == """
        who=ali
        cost=$5
        from-file,hi ali
        123
        apphost
        """)
    #expect(
      try await says("cat /proc/sys/net/ipv4/ip_unprivileged_port_start; grep -c '192.0.2.7.shop' /etc/hosts")
        == "80\n1")
    #expect(try await says("grep CapEff /proc/self/status").hasSuffix("0000000000002000"))
    #expect(try await project.exec("app", "ping", "-c1", "-W2", "rich-other-1").code == 0)
    #expect(try await project.exec("other", "ping", "-c1", "-W2", "10.79.0.7").code == 0)
    let facts = try await project.host.inspect(
      "rich-app-1",
      "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}} "
        + "{{.HostConfig.RestartPolicy.MaximumRetryCount}} {{index .Config.Labels \"tier\"}} "
        + "{{index .Config.Labels \"made\"}}")
    #expect(facts == "67108864 500000000 50 on-failure 2 front here")
    let network = try await project.host.docker(
      "network", "inspect", "-f", "{{.Internal}} {{index .Labels \"net\"}}", "rich_private")
    #expect(network.text == "true private")

    #expect(try await project.compose("logs", "--tail", "2", "--no-log-prefix", "other").lines == ["two", "three"])
    #expect(try await project.compose("port", "app", "80").text == "127.0.0.1:9181")
    #expect(
      try await project.compose("ps", "--format", "{{.Name}},{{.Service}},{{.State}},{{.Health}},{{.Label \"tier\"}}")
        .lines == ["rich-app-1,app,running,healthy,front", "rich-other-1,other,running,,"])
    let table = try await project.compose("ps", "--format", "table {{.Name}}\\t{{.Ports}}").succeeded()
    #expect(table.lines.first?.split(separator: " ") == ["NAME", "PORTS"], "\(table)")
    #expect(try await project.compose("images").stdout.contains("rich-app"))
    try await project.compose("cp", "app:/who", "\(project.folder)/who").succeeded()
    try await project.compose("cp", "\(project.folder)/who", "other:/copied").succeeded()
    #expect(try await project.exec("other", "cat", "/copied").text == "ali")
    let events = try await project.host.start([
      "causeway", "compose", "--project-directory", project.folder, "events", "--json",
    ])
    try await waitUntil("the restart to be told") {
      try await project.compose("restart", "-t", "1", "other").succeeded()
      return events.output.contains("\"action\":\"restart\"")
    }
    #expect(events.output.contains("\"service\":\"other\""), "\(events.output)")
    events.kill()
  }

  @Test func secondFileOverridesItsKeys() async throws {
    let project = try await Self.project()
    let (first, second) = ("\(project.folder)/compose.yaml", "\(project.folder)/over.yaml")
    try await project.compose("up", "-d", "--wait").succeeded()
    let other = try await project.host.inspect("rich-other-1", "{{.Id}}")
    let shown = try await project.compose("-f", first, "-f", second, "config").succeeded()
    #expect(shown.stdout.contains("published: \"9182\"") && !shown.stdout.contains("9181"), "\(shown)")
    #expect(!shown.stdout.contains("deploy:"), "\(shown)")
    try await project.compose("-f", first, "-f", second, "up", "-d").succeeded()
    let facts = try await project.host.inspect("rich-app-1", "{{.HostConfig.Memory}} {{index .Config.Labels \"tier\"}}")
    #expect(facts == "0 back")
    #expect(try await project.compose("-f", first, "-f", second, "port", "app", "80").text == "127.0.0.1:9182")
    #expect(try await project.host.inspect("rich-other-1", "{{.Id}}") == other)
    try await project.compose("kill").succeeded()
    #expect(
      try await project.compose("ps", "-a", "--format", "{{.Name}} {{.State}} {{.ExitCode}}").lines == [
        "rich-app-1 exited 137", "rich-other-1 exited 137",
      ])
    try await project.compose("down", "-v").succeeded()
    #expect(try await project.host.docker("ps", "-aq", "--filter", "name=rich").lines.isEmpty)
  }
}
