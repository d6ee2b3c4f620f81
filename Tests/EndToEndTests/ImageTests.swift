import TestHosts
import Testing

/// Image commands that need no registry.
@Suite(.serialized, .engineHost) struct ImageTests {
  /// Creates images one after the other, so that one is older.
  private func make(_ host: TestHost, _ name: String, _ changes: String...) async throws {
    try await host.shell("sleep 0.01").succeeded()
    try await host.docker(["create", "--name", "maker", "busybox"]).succeeded()
    try await host.docker(["commit"] + changes.flatMap { ["-c", $0] } + ["maker", name]).succeeded()
    try await host.docker("rm", "maker").succeeded()
  }

  @Test func listsRespectTheirFilters() async throws {
    let host = try TestHost.shared
    try await make(host, "team/one:1", "LABEL kind=a")
    try await make(host, "team/two:1", "LABEL kind=b", "LABEL extra=")
    try await host.docker("tag", "team/two:1", "registry.example.org:5000/x/two:tagged").succeeded()
    func listed(_ filters: String...) async throws -> [String] {
      try await host.docker(
        ["images", "--format", "{{.Repository}}:{{.Tag}}"] + filters.flatMap { ["--filter", $0] }
      ).succeeded().lines.sorted()
    }
    let two = ["registry.example.org:5000/x/two:tagged", "team/two:1"]
    #expect(try await listed("label=kind=a") == ["team/one:1"])
    #expect(try await listed("label=extra") == two)
    #expect(try await listed("reference=team/*") == ["team/one:1", "team/two:1"])
    #expect(try await listed("reference=*/*:tagged") == [])
    #expect(try await listed("reference=*/*/*:tagged") == ["registry.example.org:5000/x/two:tagged"])
    #expect(try await host.docker("images", "-q", "team/one").lines.count == 1)
    #expect(try await listed("before=team/two:1", "label=kind") == ["team/one:1"])
    #expect(try await listed("since=team/one:1") == two)
    #expect(try await listed("until=1h") == [])
    #expect(try await listed("dangling=true") == [])
    try await make(host, "team/one:1")
    #expect(try await listed("dangling=true") == ["<none>:<none>"])
    #expect(try await host.docker("images", "--filter", "colour=red").stderr.contains("invalid filter"))
    let pruned = try await host.docker("image", "prune", "-f").succeeded().stdout
    #expect(pruned.contains("deleted: sha256:"), "\(pruned)")
    #expect(try await listed("dangling=true") == [])
    let all = try await host.docker("image", "prune", "-af", "--filter", "label=kind=b").succeeded().stdout
    #expect(all.contains("untagged: team/two:1") && all.contains("untagged: registry.example.org:5000/x/two:tagged"))
    #expect(try await listed() == ["busybox:latest", "team/one:1"])
    try await host.docker("rmi", "team/one:1").succeeded()
  }

  @Test func tagsFollowDockersRules() async throws {
    let host = try TestHost.shared
    try await make(host, "named:1", "LABEL only=this")
    let id = try await host.docker("image", "inspect", "-f", "{{.Id}}", "named:1").text
    let short = String(id.dropFirst(7).prefix(12))
    try await host.docker("tag", "named:1", "named:2").succeeded()
    try await host.docker("tag", short, "other").succeeded()
    #expect(try await host.docker("rmi", "named:1").succeeded().lines == ["Untagged: named:1"])
    let several = try await host.docker("rmi", short)
    #expect(
      several.stderr.contains(
        "conflict: unable to delete \(short) (must be forced) - image is referenced in multiple repositories"))
    try await host.docker("create", "--name", "user", "other").succeeded()
    try await host.docker("rmi", "named:2").succeeded()
    let used = try await host.docker("rmi", "other")
    let user = try await host.inspect("user", "{{slice .Id 0 12}}")
    #expect(
      used.stderr.contains(
        "conflict: unable to remove repository reference \"other\" (must force) - container \(user) is using its "
          + "referenced image \(short)"), "\(used)")
    #expect(try await host.docker("rmi", short).stderr.contains("image is being used by stopped container \(user)"))
    try await host.docker(["run", "-d", "--name", "runner", "other"] + idle).succeeded()
    #expect(
      try await host.docker("rmi", "-f", short).stderr.contains("(cannot be forced) - image is being used by running"))
    try await host.docker("rm", "-f", "runner", "user").succeeded()
    let gone = try await host.docker("rmi", "other").succeeded().lines
    #expect(gone.first == "Untagged: other:latest" && gone.contains("Deleted: \(id)"))
    #expect(try await host.docker("rmi", "other").stderr.contains("No such image: other:latest"))
    #expect(try await host.docker("tag", "ghost", "x").stderr.contains("No such image: ghost:latest"))
    #expect(try await host.docker("tag", "busybox", "UPPER").stderr.contains("must be lowercase"))
  }

  @Test func oneArchiveHoldsSeveralImages() async throws {
    let host = try TestHost.shared
    try await make(host, "saved/one:1", "ENV ONE=1")
    try await make(host, "saved/two:1", "ENV TWO=2")
    try await host.docker("tag", "saved/two:1", "saved/two:again").succeeded()
    let path = "\(host.folder)/saved.tar"
    try await host.docker("save", "-o", path, "saved/one:1", "saved/two").succeeded()
    let before = try await host.docker("images", "-q", "--no-trunc").lines.sorted()
    try await host.docker("rmi", "saved/one:1", "saved/two:1", "saved/two:again").succeeded()
    let loaded = try await host.docker("load", "-i", path).succeeded().lines.sorted()
    #expect(
      loaded == ["Loaded image: saved/one:1", "Loaded image: saved/two:1", "Loaded image: saved/two:again"])
    #expect(try await host.docker("images", "-q", "--no-trunc").lines.sorted() == before)
    let answer = try await host.shell(
      "curl -s --unix-socket \(host.socketPath) 'http://e/v1.50/images/get?names=saved/one:1&names=busybox' "
        + "| tar xO manifest.json | jq -c '[.[].RepoTags[0]]'")
    #expect(answer.text == "[\"saved/one:1\",\"busybox:latest\"]", "\(answer)")
    let byID = try await host.shell("docker save $(docker images -q saved/one) | docker load")
    #expect(byID.stdout.contains("Loaded image ID: sha256:"), "\(byID)")
    #expect(try await host.docker("save", "ghost", "-o", "\(path)2").stderr.contains("No such image: ghost"))
    let architecture = try await host.docker("image", "inspect", "-f", "{{.Architecture}}", "busybox").text
    try await host.docker("save", "--platform", "linux/\(architecture)", "-o", path, "saved/one:1").succeeded()
    try await host.docker("load", "--platform", "linux/\(architecture)", "-i", path).succeeded()
    let other = try await host.docker("save", "--platform", "linux/mips64le", "-o", path, "saved/one:1")
    #expect(other.stderr.contains("does not provide the specified platform"), "\(other)")
    #expect(try await host.shell("head -c 5000 \(path) | docker load").code != 0)
    #expect(try await host.shell("echo junk | docker load").code != 0)
    try await host.docker("rmi", "saved/one:1", "saved/two:1", "saved/two:again").succeeded()
  }

  @Test func importsAcceptChangesMessageAndPlatform() async throws {
    let host = try TestHost.shared
    let id = try await host.shell(
      "mkdir -p \(host.folder)/r/etc; echo x >\(host.folder)/r/etc/x; tar cz -C \(host.folder)/r . | docker import "
        + "--platform linux/arm64/v8 -m 'from a folder' -c 'ENTRYPOINT [\"/bin/x\"]' -c 'ENV A=1' - in:1"
    ).succeeded().text
    let shown = try await host.docker(
      "image", "inspect", "-f",
      "{{.Id}} {{.Os}}/{{.Architecture}}/{{.Variant}} {{.Comment}} {{json .Config.Entrypoint}} {{json .Config.Env}} "
        + "{{.Size}} {{.RootFS.Type}} {{json .RepoTags}}", "in:1"
    ).text
    #expect(shown == "\(id) linux/arm64/v8 from a folder [\"/bin/x\"] [\"A=1\"] 2 layers [\"in:1\"]")
    let history = try await host.docker("history", "--format", "{{.Comment}} {{.Size}}", "in:1").lines
    #expect(history == ["from a folder 2B"])
    #expect(try await host.shell("echo | docker import --platform windows/amd64 - w").code != 0)
    #expect(try await host.shell("echo junk | docker import - junk").code != 0)
    #expect(try await host.shell("tar c -C \(host.folder)/r . | docker import -c 'RUN x' - y").code != 0)
    try await host.docker("rmi", "in:1").succeeded()
    let since = try await host.shell("date +%s.%N").text
    try await host.docker("tag", "busybox", "told:1").succeeded()
    try await host.docker("rmi", "told:1").succeeded()
    let events = try await host.docker(
      "events", "--since", since, "--until", try await host.shell("date +%s.%N").text, "--filter", "type=image",
      "--format", "{{.Action}}")
    #expect(events.lines == ["tag", "untag"])
  }
}
