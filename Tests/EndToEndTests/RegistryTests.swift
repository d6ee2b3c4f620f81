import TestHosts
import Testing

/// Pulling from and pushing to a registry.
@Suite(.serialized, .engineHost) struct RegistryTests {
  /// An image of one more layer than busybox, different for each text.
  private func make(_ host: TestHost, _ name: String, adding text: String) async throws {
    try await host.docker("create", "--name", "maker", "busybox", "sh").succeeded()
    try await host.shell("mkdir -p \(host.folder)/add; echo '\(text)' >\(host.folder)/add/text").succeeded()
    try await host.docker("cp", "\(host.folder)/add/text", "maker:/text").succeeded()
    try await host.docker("commit", "maker", name).succeeded()
    try await host.docker("rm", "maker").succeeded()
  }

  private func id(_ host: TestHost, _ name: String) async throws -> String {
    try await host.docker("image", "inspect", "-f", "{{.Id}}", name).succeeded().text
  }

  @Test func pushedImageCanBePulled() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host)
    let name = registry.name("team/box:1")
    try await make(host, name, adding: "one")
    let made = try await id(host, name)
    let push = try await host.docker("push", name).succeeded()
    #expect(push.stdout.hasPrefix("The push refers to repository [127.0.0.1:5000/team/box]\n"), "\(push)")
    #expect(push.stdout.contains(": Preparing\n") && push.stdout.contains(": Pushed\n"), "\(push)")
    let last = try #require(push.lines.last)
    #expect(last.hasPrefix("1: digest: sha256:") && last.contains(" size: "), "\(push)")
    let digest = try #require(last.split(separator: " ").dropFirst(2).first.map(String.init))
    let repositoryDigest = "127.0.0.1:5000/team/box@\(digest)"
    func digests(_ name: String) async throws -> String {
      try await host.docker("image", "inspect", "-f", "{{join .RepoDigests \" \"}}", name).succeeded().text
    }
    #expect(try await digests(name) == repositoryDigest)
    let again = try await host.docker("push", name).succeeded()
    #expect(again.stdout.contains(": Layer already exists\n") && !again.stdout.contains(": Pushed\n"), "\(again)")
    #expect(try await host.docker("push", "-q", name).succeeded().text == name)

    try await host.docker("rmi", name).succeeded()
    let pull = try await host.docker("pull", name).succeeded()
    #expect(pull.lines.first == "1: Pulling from team/box", "\(pull)")
    for word in [": Pulling fs layer\n", ": Download complete\n", ": Pull complete\n", "\nDigest: \(digest)\n"] {
      #expect(pull.stdout.contains(word), "\(pull)")
    }
    #expect(pull.stdout.contains("\nStatus: Downloaded newer image for \(name)\n"), "\(pull)")
    #expect(try await id(host, name) == made)
    #expect(try await digests(name) == repositoryDigest)
    #expect(try await host.docker("run", "--rm", name, "cat", "/text").succeeded().text == "one")
    let same = try await host.docker("pull", name).succeeded()
    #expect(same.stdout.contains("Status: Image is up to date for \(name)"), "\(same)")
    let shown = try await host.docker("images", "--digests", "--format", "{{.Digest}}", "127.0.0.1:5000/team/box").text
    #expect(shown == digest)

    try await host.docker("rmi", name).succeeded()
    let exact = try await host.docker("pull", repositoryDigest).succeeded()
    #expect(exact.stdout.contains("Status: Downloaded newer image for \(repositoryDigest)"), "\(exact)")
    #expect(try await host.docker("run", "--rm", repositoryDigest, "cat", "/text").succeeded().text == "one")
    #expect(try await host.docker("images", "-q", "team/box").lines.isEmpty)
    try await host.docker("rmi", repositoryDigest).succeeded()
    // `run` pulls a missing image.
    let run = try await host.docker("run", "--rm", name, "cat", "/text").succeeded()
    #expect(run.text == "one" && run.stderr.contains("Unable to find image '\(name)' locally"), "\(run)")
    let asked = try await host.api("GET", "/v1.50/distribution/\(name)/json")
    #expect(asked.status == 200 && asked.body.contains(digest) && asked.body.contains("\"os\":\"linux\""), "\(asked)")
    // The docker command rounds `--until 0s` down to a whole second: the last events show up within the next one.
    try await poll("the events of the pull and the push", for: .seconds(5)) {
      let events = try await host.docker(
        "events", "--since", "1h", "--until", "0s", "--filter", "type=image", "--format", "{{.Action}} {{.Actor.ID}}")
      return events.lines.contains("pull \(name)") && events.lines.contains("push \(name)") ? true : nil
    }
    try await host.docker("rmi", name).succeeded()
  }

  @Test func presentLayersAreNotFetched() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5001", name: "shared")
    let (first, second) = (registry.name("shared/app:1"), registry.name("shared/app:2"))
    try await make(host, first, adding: "first")
    try await make(host, second, adding: "second")
    let ids = [try await id(host, first), try await id(host, second)]
    try await host.docker("push", "-a", registry.name("shared/app")).succeeded()
    try await host.docker("rmi", first, second).succeeded()
    try await host.docker("pull", first).succeeded()
    let before = registry.blobsGiven()
    let pull = try await host.docker("pull", second).succeeded()
    #expect(pull.stdout.contains(": Already exists\n") && pull.stdout.contains(": Pull complete\n"), "\(pull)")
    // Its configuration and its own layer.
    #expect(registry.blobsGiven() - before == 2)
    try await host.docker("rmi", first, second).succeeded()
    // Two pulls at the same time fetch each blob once.
    let start = registry.blobsGiven()
    let twice = try await host.shell("docker pull \(first) & docker pull \(first); wait $!").succeeded()
    #expect(twice.stdout.contains("Status: Downloaded newer image for \(first)"), "\(twice)")
    #expect(registry.blobsGiven() - start == 3)
    let all = try await host.docker("pull", "-a", registry.name("shared/app")).succeeded()
    #expect(all.stdout.contains("1: Pulling from shared/app") && all.stdout.contains("2: Pulling from"), "\(all)")
    #expect(all.stdout.contains("Status: Downloaded newer image for \(registry.name("shared/app"))"), "\(all)")
    #expect([try await id(host, first), try await id(host, second)] == ids)
    try await host.docker("rmi", first, second).succeeded()
  }

  @Test func indexSelectsThePlatform() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5002", name: "platforms")
    let own = try await host.docker("image", "inspect", "-f", "{{.Architecture}}", "busybox").text
    for (tag, platform) in [("own", "linux/\(own)"), ("seven", "linux/arm/v7"), ("six", "linux/arm/v6")] {
      let name = registry.name("multi:\(tag)")
      try await host.shell(
        "mkdir -p \(host.folder)/p; echo \(tag) >\(host.folder)/p/tag; tar c -C \(host.folder)/p . | docker import "
          + "--platform \(platform) - \(name) && docker push -q \(name) && docker rmi \(name)"
      ).succeeded()
    }
    // The index that a build for several platforms makes.
    try await host.shell(
      """
      set -e
      type=application/vnd.oci.image.manifest.v1+json
      entry() {
        digest=$(curl -sI -H "Accept: $type" http://127.0.0.1:5002/v2/multi/manifests/$1 | tr -d '\\r' \
          | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p')
        size=$(curl -s -H "Accept: $type" http://127.0.0.1:5002/v2/multi/manifests/$1 | wc -c)
        echo "{\\"mediaType\\":\\"$type\\",\\"digest\\":\\"$digest\\",\\"size\\":$size,\\"platform\\":$2}"
      }
      index=application/vnd.oci.image.index.v1+json
      echo "{\\"schemaVersion\\":2,\\"mediaType\\":\\"$index\\",\\"manifests\\":[
        $(entry six '{"os":"linux","architecture":"arm","variant":"v6"}'),
        $(entry seven '{"os":"linux","architecture":"arm","variant":"v7"}'),
        $(entry own '{"os":"linux","architecture":"\(own)"}')]}" >\(host.folder)/index
      curl -sf -X PUT -H "Content-Type: $index" --data-binary @\(host.folder)/index \
        http://127.0.0.1:5002/v2/multi/manifests/all
      """
    ).succeeded()
    let name = registry.name("multi:all")
    func platform() async throws -> String {
      try await host.docker("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}/{{.Variant}}", name).succeeded().text
    }
    let pull = try await host.docker("pull", name).succeeded()
    #expect(try await platform() == "linux/\(own)/")
    // The recorded digest is that of the index, which is valid for every platform.
    let index = try await host.shell("sha256sum <\(host.folder)/index | cut -d' ' -f1").text
    #expect(pull.stdout.contains("Digest: sha256:\(index)"), "\(pull)")
    try await host.docker("pull", "--platform", "linux/arm/v7", name).succeeded()
    #expect(try await platform() == "linux/arm/v7")
    try await host.docker("pull", "--platform", "linux/arm/v6", "\(registry.name("multi"))@sha256:\(index)").succeeded()
    let none = try await host.docker("pull", "--platform", "linux/s390x", name)
    #expect(none.stderr.contains("no matching manifest for linux/s390x in the manifest list entries"), "\(none)")
    let single = try await host.docker("pull", "--platform", "linux/s390x", registry.name("multi:own"))
    #expect(single.all.contains("does not match the specified platform (linux/s390x)"), "\(single)")
    let asked = try await host.api("GET", "/v1.50/distribution/\(name)/json")
    #expect(asked.body.contains("\"variant\":\"v6\"") && asked.body.contains("sha256:\(index)"), "\(asked)")
    try await host.docker("image", "prune", "-af").succeeded()
    try await host.loadBusybox()
  }

  @Test func registryChecksCredentials() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5003", name: "private", asksWho: true)
    let name = registry.name("secret:1")
    try await host.docker("tag", "busybox", name).succeeded()
    let stranger = try await host.docker("push", name)
    #expect(stranger.code != 0 && stranger.all.contains("unauthorized: authentication required"), "\(stranger)")
    let wrong = try await host.docker(
      ["login", "-u", TestRegistry.user, "--password-stdin", registry.address], stdin: "guess")
    #expect(wrong.code != 0 && wrong.stderr.contains("401 Unauthorized"), "\(wrong)")
    let right = try await host.docker(
      ["login", "-u", TestRegistry.user, "--password-stdin", registry.address], stdin: TestRegistry.password)
    #expect(right.text == "Login Succeeded", "\(right)")
    try await host.docker("push", name).succeeded()
    try await host.docker("rmi", name).succeeded()
    try await host.docker("pull", name).succeeded()
    try await host.docker("logout", registry.address).succeeded()
    let out = try await host.docker("pull", name)
    #expect(out.code != 0 && out.stderr.contains("unauthorized: authentication required"), "\(out)")
    // The same with our own command.
    let own = try await host.causeway(
      ["login", "-u", TestRegistry.user, "--password-stdin", registry.address], stdin: TestRegistry.password)
    #expect(own.stdout.contains("Login Succeeded"), "\(own)")
    let pull = try await host.causeway("pull", name).succeeded()
    #expect(pull.stdout.contains("Status: Image is up to date for \(name)"), "\(pull)")
    try await host.causeway("push", name).succeeded()
    #expect(try await host.causeway("logout", registry.address).succeeded().stdout.contains("Removing login"))
    // The engine stores no credentials.
    #expect(try await host.shell("ls -A \(host.execRoot)/registries").succeeded().lines == [])
    #expect(try await host.shell("grep -rl 'open sesame' \(host.dataRoot) \(host.execRoot)").lines == [])
    try await host.docker("rmi", name).succeeded()
  }

  @Test func missingImagesHaveDockersMessages() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5004", name: "empty")
    try await host.docker("tag", "busybox", registry.name("here:1")).succeeded()
    try await host.docker("push", "-q", registry.name("here:1")).succeeded()
    for name in ["here:2", "ghost:latest"] {
      let name = registry.name(name)
      let pull = try await host.docker("pull", name)
      #expect(
        pull.stderr.contains("manifest for \(name) not found: manifest unknown: manifest unknown"), "\(pull)")
      let answer = try await host.api("POST", "/v1.50/images/create?fromImage=\(name)")
      #expect(answer.status == 404, "\(answer)")
    }
    let down = try await host.docker("pull", "127.0.0.1:5999/x")
    #expect(down.stderr.contains("dial tcp 127.0.0.1:5999: connect: connection refused"), "\(down)")
    let push = try await host.docker("push", "127.0.0.1:5004/never/made")
    #expect(
      push.stderr.contains("An image does not exist locally with the tag: 127.0.0.1:5004/never/made"), "\(push)")
    let refused = try await host.docker("push", registry.name("here@sha256:\(String(repeating: "1", count: 64))"))
    #expect(refused.code != 0 && refused.stderr.contains("cannot push a digest reference"), "\(refused)")
    let header = try await host.shell(
      "curl -s --unix-socket \(host.socketPath) -X POST -H 'X-Registry-Auth: ***' "
        + "'http://e/v1.50/images/create?fromImage=127.0.0.1:5004/here&tag=1'")
    #expect(header.stdout.contains("invalid X-Registry-Auth header"), "\(header)")
    try await host.docker("rmi", registry.name("here:1")).succeeded()
  }

  @Test func composePushesAndPullsServiceImages() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5005", name: "compose")
    let (made, given) = (registry.name("project/made:1"), registry.name("project/given:1"))
    for name in [made, given] { try await host.docker("tag", "busybox", name).succeeded() }
    try await host.docker("push", "-q", given).succeeded()
    let file = """
      services:
        made: {build: ., image: "\(made)", command: ["true"]}
        given: {image: "\(given)", command: ["true"]}
      """
    let folder = "\(host.folder)/project"
    try await host.shell("mkdir -p \(folder) && cat >\(folder)/compose.yaml", stdin: file).succeeded()
    func compose(_ arguments: String) async throws -> CommandOutput {
      try await host.shell("cd \(folder) && causeway compose \(arguments)").succeeded()
    }
    let push = try await compose("push")
    #expect(push.all.contains("Image \(made)") && !push.all.contains(given), "\(push)")
    #expect(try await host.api("GET", "/v1.50/distribution/\(made)/json").status == 200)
    try await host.docker("rmi", made, given).succeeded()
    _ = try await compose("pull")
    let names = try await host.docker("images", "--format", "{{.Repository}}:{{.Tag}}").lines
    #expect(names.contains(made) && names.contains(given))
    try await host.docker("rmi", made, given).succeeded()
    // `up` pulls missing images.
    _ = try await compose("up -d given")
    _ = try await compose("down")
    #expect(try await host.docker("images", "-q", given).lines.count == 1)
    try await host.docker("rmi", given).succeeded()
  }
}
