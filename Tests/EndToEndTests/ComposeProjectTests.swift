import TestHosts
import Testing

/// `causeway compose` against the engine: the objects match the project's files.
@Suite(.serialized, .engineHost) struct ComposeProjectTests {
  @Test func servicesResolveEachOthersNames() async throws {
    let project = try await ComposeHost(
      "names",
      "services: {web: {\(staying), depends_on: [db]}, db: {\(staying), hostname: dbhost, networks: {default: {aliases: [sql]}}}}\n"
    )
    try await project.compose("up", "-d").succeeded()
    for name in ["db", "sql", "names-db-1"] {
      #expect(try await project.exec("web", "ping", "-c1", "-W2", name).code == 0, "\(name)")
    }
    #expect(try await project.exec("db", "ping", "-c1", "-W2", "web").code == 0)
    #expect(try await project.host.inspect("names-db-1", "{{.Config.Hostname}}") == "dbhost")
    // Docker's own command sees Compose's labels.
    let labels = try await project.host.inspect(
      "names-web-1", "{{index .Config.Labels \"com.docker.compose.service\"}}")
    #expect(labels == "web")
    let network = try await project.host.docker(
      "network", "inspect", "-f", "{{index .Labels \"com.docker.compose.network\"}}", "names_default")
    #expect(network.text == "default")
    try await project.compose("down").succeeded()
    #expect(try await project.host.docker("ps", "-aq").lines.isEmpty)
    #expect(try await project.host.docker("network", "ls", "-q", "--filter", "name=names_default").lines.isEmpty)
  }

  @Test func upChangesOnlyWhatDiffers() async throws {
    let project = try await ComposeHost(
      "change", "services: {a: {\(staying), environment: {V: \"${V:-1}\"}}, b: {\(staying)}}\n")
    try await project.compose("up", "-d").succeeded()
    let a = try await project.host.inspect("change-a-1", "{{.Id}}")
    let b = try await project.host.inspect("change-b-1", "{{.Id}}")
    let again = try await project.compose("up", "-d").succeeded()
    #expect(again.stderr.contains("change-a-1  Running") && !again.stderr.contains("Recreate"))
    #expect(try await project.host.inspect("change-a-1", "{{.Id}}") == a)
    try await project.compose("up", "-d", environment: ["V": "2"]).succeeded()
    #expect(try await project.host.inspect("change-a-1", "{{.Id}}") != a)
    #expect(try await project.host.inspect("change-b-1", "{{.Id}}") == b)
    #expect(try await project.exec("a", "sh", "-c", "echo $V").text == "2")
    try await project.compose("up", "-d", "--force-recreate", "b", environment: ["V": "2"]).succeeded()
    #expect(try await project.host.inspect("change-b-1", "{{.Id}}") != b)
    try await project.compose("down").succeeded()
  }

  @Test func conditionsDelayStarts() async throws {
    let project = try await ComposeHost(
      "conditions",
      """
      services:
        web: {\(staying), depends_on: {db: {condition: service_healthy}, init: {condition: service_completed_successfully}}}
        db: {\(staying), healthcheck: {test: "test -e /data/ready", interval: 200ms, retries: 100}, volumes: ["shared:/data"]}
        init: {image: busybox, command: "sh -c 'sleep 0.5; touch /data/ready'", volumes: ["shared:/data"]}
      volumes: {shared: {}}
      """)
    let up = try await project.compose("up", "-d").succeeded()
    let lines = up.stderr.split(separator: "\n").map { $0.trimmed }
    let started = try #require(lines.firstIndex(of: "Container conditions-web-1  Starting"))
    let healthy = try #require(lines.firstIndex(of: "Container conditions-db-1  Healthy"))
    let completed = try #require(lines.firstIndex(of: "Container conditions-init-1  Exited"))
    #expect(healthy < started && completed < started)
    try await project.compose("down", "-v").succeeded()
    #expect(try await project.host.docker("volume", "ls", "-q").lines.isEmpty)

    let failing = try await ComposeHost(
      "failing",
      "services: {web: {\(staying), depends_on: {init: {condition: service_completed_successfully}}}, init: {image: busybox, command: \"false\"}}\n"
    )
    let failed = try await failing.compose("up", "-d")
    #expect(failed.code == 1 && failed.stderr.contains("didn't complete successfully: exit 1"), "\(failed)")
    #expect(try await failing.running().isEmpty)
    try await failing.compose("down").succeeded()
  }

  @Test func volumesPersistUntilDownRemovesThem() async throws {
    let project = try await ComposeHost(
      "volumes",
      [
        "compose.yaml":
          "services: {a: {\(staying), volumes: [\"data:/data\", ./files:/files:ro, /anonymous]}}\nvolumes: {data: {}}\n",
        "files/note": "from the host",
      ])
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.exec("a", "cat", "/files/note").text == "from the host")
    #expect(try await project.exec("a", "touch", "/files/x").code != 0)
    try await project.exec("a", "sh", "-c", "echo kept >/data/f; echo too >/anonymous/f").succeeded()
    try await project.compose("up", "-d", "--force-recreate").succeeded()
    #expect(try await project.exec("a", "cat", "/data/f", "/anonymous/f").lines == ["kept", "too"])
    try await project.compose("down").succeeded()
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.exec("a", "cat", "/data/f").text == "kept")
    try await project.compose("down", "-v").succeeded()
    #expect(!(try await project.host.docker("volume", "ls", "-q").lines.contains("volumes_data")))
  }

  @Test func scaledServiceHasManyAddresses() async throws {
    let project = try await ComposeHost("scaled", "services: {web: {\(staying), scale: 3}, client: {\(staying)}}\n")
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.running().count == 4)
    let answers = try await project.host.dig("+short", "web", from: .container("scaled-client-1"))
    #expect(Set(answers.answers).count == 3, "\(answers)")
    try await project.compose("up", "-d", "--scale", "web=1").succeeded()
    #expect(try await project.host.dig("+short", "web", from: .container("scaled-client-1")).answers.count == 1)
    try await project.compose("scale", "web=2").succeeded()
    #expect(try await project.running().count == 3)
    try await project.compose("down").succeeded()
  }

  @Test func projectsAreIndependent() async throws {
    let one = try await ComposeHost("one", "services: {web: {\(staying)}}\n")
    let two = try await ComposeHost("two", "services: {web: {\(staying)}, other: {\(staying)}}\n")
    try await one.compose("up", "-d").succeeded()
    try await two.compose("up", "-d").succeeded()
    let address = try await one.host.address(of: "one-web-1", on: "one_default")
    #expect(try await two.exec("other", "ping", "-c1", "-W1", address).code != 0)
    #expect(try await two.exec("other", "ping", "-c1", "-W2", "web").code == 0)
    let list = try await one.host.causeway("compose", "ls").succeeded()
    #expect(list.stdout.contains("running(1)") && list.stdout.contains("running(2)"), "\(list)")
    // `down` works by project name without the files.
    try await one.host.run(["causeway", "compose", "-p", "one", "down"], in: .host).succeeded()
    #expect(try await one.host.docker("ps", "-aq", "--filter", "name=one-web").lines.isEmpty)
    #expect(try await two.running().count == 2)
    try await two.compose("down").succeeded()
  }

  @Test func externalNetworksAndStaticAddresses() async throws {
    let project = try await ComposeHost(
      "external",
      """
      services:
        a: {\(staying), networks: {outer: {}, inner: {ipv4_address: 10.78.0.9}}, ports: ["9180:80"]}
      networks:
        outer: {external: true, name: made-before}
        inner: {internal: true, ipam: {config: [{subnet: 10.78.0.0/24}]}}
      """)
    let missing = try await project.compose("up", "-d")
    #expect(missing.code == 1 && missing.stderr.contains("declared as external, but could not be found"), "\(missing)")
    try await project.host.docker("network", "create", "made-before").succeeded()
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.host.address(of: "external-a-1", on: "external_inner") == "10.78.0.9")
    #expect(try await project.compose("port", "a", "80").text == "0.0.0.0:9180")
    try await project.compose("down").succeeded()
    #expect(!(try await project.host.docker("network", "ls", "-q", "--filter", "name=made-before").lines.isEmpty))
    try await project.host.docker("network", "rm", "made-before").succeeded()
  }

  @Test func profilesExtendsAndInclude() async throws {
    let project = try await ComposeHost(
      "parts",
      [
        "compose.yaml":
          "include: [sub/compose.yaml]\nservices: {a: {extends: {service: base, file: base.yaml}}, debug: {\(staying), profiles: [debug]}}\n",
        "base.yaml": "services: {base: {\(staying), env_file: base.env}}\n", "base.env": "FROM_BASE=yes\n",
        "sub/compose.yaml": "services: {s: {\(staying), environment: [\"X=$X\"]}}\n", "sub/.env": "X=sub\n",
      ])
    try await project.compose("up", "-d").succeeded()
    #expect(try await project.running().count == 2)
    #expect(try await project.exec("a", "sh", "-c", "echo $FROM_BASE").text == "yes")
    #expect(try await project.exec("s", "sh", "-c", "echo $X").text == "sub")
    try await project.compose("--profile", "debug", "up", "-d").succeeded()
    #expect(try await project.running().count == 3)
    try await project.compose("--profile", "debug", "down").succeeded()
    #expect(try await project.running().isEmpty)
  }
}
