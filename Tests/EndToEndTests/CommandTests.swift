import TestHosts
import Testing

/// The commands about the engine, its networks and images.
@Suite(.serialized, .engineHost) struct CommandTests {
  @Test func versionAndInfo() async throws {
    let host = try TestHost.shared
    let version = try await host.docker("version", "--format", "{{.Server.APIVersion}} {{.Server.MinAPIVersion}}")
    #expect(version.text == "1.55 1.24", "\(version)")
    try await host.docker("version").succeeded()
    try await host.docker("info").succeeded()
    let root = try await host.docker("info", "--format", "{{.DockerRootDir}} {{.OSType}}").succeeded()
    #expect(root.text == "\(host.dataRoot) linux")
  }

  @Test(arguments: ["1.24", "1.40", "1.44", "1.50", "1.55"])
  func olderClientsWork(version: String) async throws {
    let host = try TestHost.shared
    let output = try await host.run(
      ["docker", "run", "--rm", "busybox", "echo", "hello"], environment: ["DOCKER_API_VERSION": version])
    #expect(output.stdout == "hello\n", "\(output)")
  }

  @Test func socketBelongsToTheGroup() async throws {
    let host = try TestHost.shared
    #expect(try await host.shell("stat -c %a \(host.socketPath)").text == "660")
  }

  @Test func networksAreCreatedShownAndRemoved() async throws {
    let host = try TestHost.shared
    let id = try await host.docker(
      "network", "create", "--label", "tier=test", "--subnet", "10.88.0.0/16", "--ip-range", "10.88.5.0/24",
      "--gateway",
      "10.88.0.1", "-o", "com.docker.network.bridge.name=br-e2e", "made"
    ).succeeded().text
    #expect(try await host.docker("network", "ls", "-q", "--no-trunc", "--filter", "label=tier=test").text == id)
    let shown = try await host.inspect(
      "made", "{{.Name}} {{.Driver}} {{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).IPRange}} {{.Internal}}"
    )
    #expect(shown == "made bridge 10.88.0.0/16 10.88.5.0/24 false")
    #expect(try await host.shell("ip -o link show br-e2e").code == 0)
    try await host.runIdle("inmade", "--network", "made")
    #expect(try await host.address(of: "inmade", on: "made").hasPrefix("10.88.5."))
    let busy = try await host.docker("network", "rm", "made")
    #expect(busy.code != 0)
    #expect(busy.stderr.contains("has active endpoints"), "\(busy)")
    try await host.docker("rm", "-f", "inmade").succeeded()
    #expect(try await host.docker("network", "rm", "made").succeeded().text == "made")
    #expect(try await host.shell("ip -o link show br-e2e").code != 0)
  }

  @Test func pruneRemovesWhatIsUnused() async throws {
    let host = try TestHost.shared
    for name in ["used", "unused1", "unused2"] { try await host.docker("network", "create", name).succeeded() }
    try await host.runIdle("user", "--network", "used")
    let output = try await host.docker("network", "prune", "-f").succeeded()
    #expect(output.stdout.contains("unused1") && output.stdout.contains("unused2"))
    let left = try await host.docker("network", "ls", "--format", "{{.Name}}").lines
    #expect(Set(left) == ["bridge", "host", "none", "used"])
    try await host.removeEverything()
  }

  @Test func imagesAreImportedListedLoadedAndRemoved() async throws {
    let host = try TestHost.shared
    #expect(try await host.docker("images", "--format", "{{.Repository}}:{{.Tag}}").lines.contains("busybox:latest"))
    let imported = try await host.shell(
      "mkdir -p \(host.folder)/tiny/bin && cp /bin/busybox \(host.folder)/tiny/bin/ && "
        + "tar -C \(host.folder)/tiny -c . | docker import -c 'ENTRYPOINT [\"/bin/busybox\", \"echo\"]' - tiny:v1")
    #expect(imported.text.hasPrefix("sha256:"), "\(imported)")
    #expect(try await host.docker("run", "--rm", "tiny:v1", "small").text == "small")
    let layers = try await host.shell(
      """
      set -e; cd \(host.folder); mkdir -p saved/layer && cd saved
      tar -C ../tiny -cf layer/layer.tar .
      digest=$(sha256sum layer/layer.tar | cut -d' ' -f1)
      echo '{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/busybox","echo","loaded"]},"rootfs":{"type":"layers","diff_ids":["sha256:'$digest'"]}}' >config.json
      echo '[{"Config":"config.json","RepoTags":["loaded:v2"],"Layers":["layer/layer.tar"]}]' >manifest.json
      tar -c manifest.json config.json layer | docker load
      """)
    #expect(layers.stdout.contains("Loaded image: loaded:v2"), "\(layers)")
    #expect(try await host.docker("run", "--rm", "loaded:v2").text == "loaded")
    try await host.docker("rmi", "loaded:v2").succeeded()
    try await host.docker("rmi", "tiny:v1").succeeded()
    let names = try await host.docker("images", "--format", "{{.Repository}}:{{.Tag}}").lines
    #expect(!names.contains("tiny:v1") && !names.contains("loaded:v2"))
    let used = try await host.docker("create", "--name", "holds", "busybox").succeeded()
    #expect(!used.text.isEmpty)
    #expect(try await host.docker("rmi", "busybox").code != 0)
    try await host.docker("rm", "holds").succeeded()
  }

  @Test func eventsAreReported() async throws {
    let host = try TestHost.shared
    let watcher = try await host.start(["docker", "events", "--format", "{{.Type}} {{.Action}}"])
    try await Task.sleep(for: .milliseconds(300))
    try await host.docker("network", "create", "told").succeeded()
    try await host.docker("run", "--rm", "--network", "told", "busybox", "true").succeeded()
    try await host.docker("network", "rm", "told").succeeded()
    try await waitUntil("the last event", for: .seconds(5)) { watcher.output.contains("network destroy") }
    watcher.kill()
    let lines = watcher.output.split(separator: "\n").map(String.init)
    let wanted = [
      "network create", "container create", "network connect", "container start", "container die",
      "network disconnect", "container destroy", "network destroy",
    ]
    for event in wanted { #expect(lines.contains(event), "\(event) in \(lines)") }
    let past = try await host.shell(
      "docker events --since 60s --until $(date +%s) --filter type=network --format '{{.Action}}'")
    #expect(past.lines.contains("create"), "\(past)")
  }

  /// Endpoints that are not implemented say so.
  @Test(arguments: [("POST", "/v1.50/swarm/init"), ("POST", "/v1.50/build?version=2"), ("GET", "/v1.50/plugins")])
  func missingFeaturesAreReported(method: String, path: String) async throws {
    let answer = try await TestHost.shared.api(method, path, body: method == "POST" ? "{}" : nil)
    #expect([501, 503, 200].contains(answer.status), "\(answer)")
    if answer.status != 200 { #expect(answer.body.contains("\"message\"")) }
  }
}
