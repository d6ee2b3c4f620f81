import TestHosts
import Testing

/// `docker commit`, `diff`, `export` and `import`.
@Suite(.serialized, .engineHost) struct CommitTests {
  @Test(arguments: [true, false]) func commitCreatesAnImage(running: Bool) async throws {
    let host = try TestHost.shared
    let name = running ? "busy" : "rests"
    try await host.docker(
      ["run", "-d", "--name", name, "-e", "A=1", "--label", "own=yes", "-v", "/data", "busybox"] + idle
    ).succeeded()
    try await host.exec(
      name, "sh", "-c", "echo new >/etc/new; rm /etc/group; echo v >/data/v; ln /etc/new /etc/same; chown 5:6 /etc/new"
    ).succeeded()
    if !running { try await host.docker("stop", "-t", "1", name).succeeded() }
    let id = try await host.docker(
      "commit", "-m", "the message", "-a", "Jane <j@example.org>", "-c", "CMD [\"cat\", \"/etc/new\"]", "-c",
      "ENV B=\"two words\"", "-c", "WORKDIR /srv", "-c", "LABEL more=1", "-c", "EXPOSE 80", "-c",
      "HEALTHCHECK --interval=5s CMD test -e /etc/new", name, "made:\(name)"
    ).succeeded().text
    #expect(id.hasPrefix("sha256:"))
    if running { #expect(try await host.inspect(name, "{{.State.Status}}") == "running") }
    let shown = try await host.docker(
      "image", "inspect", "-f",
      "{{.Id}} {{.Comment}} {{.Author}} {{json .Config.Cmd}} {{json .Config.Env}} {{.Config.WorkingDir}} "
        + "{{json .Config.Labels}} {{json .Config.ExposedPorts}} {{len .RootFS.Layers}} {{json .Config.Healthcheck}}",
      "made:\(name)"
    ).succeeded().text
    #expect(
      shown
        == "\(id) the message Jane <j@example.org> [\"cat\",\"/etc/new\"] [\"A=1\",\"B=two words\"] /srv "
        + "{\"more\":\"1\",\"own\":\"yes\"} {\"80/tcp\":{}} 2 "
        + "{\"Interval\":5000000000,\"Test\":[\"CMD-SHELL\",\"test -e /etc/new\"]}")
    let history = try await host.docker(
      "history", "--no-trunc", "--format", "{{.Comment}}|{{.CreatedBy}}", "made:\(name)")
    #expect(history.lines.first?.hasPrefix("the message|sh -c trap") == true, "\(history)")
    #expect(try await host.docker("run", "--rm", "made:\(name)").stdout == "new\n")
    let listed = try await host.docker(
      "run", "--rm", "made:\(name)", "sh", "-c", "ls /etc/group /data; stat -c '%u:%g %h' /etc/same; pwd")
    #expect(listed.stdout == "/data:\n5:6 2\n/srv\n", "\(listed)")
    // The newer image takes the tag; the older one has none.
    try await host.docker("commit", name, "made:\(name)").succeeded()
    #expect(try await host.docker("images", "-q", "--no-trunc", "--filter", "dangling=true").lines.contains(id))
    try await host.docker("rm", "-fv", name).succeeded()
    #expect(try await host.docker("commit", "ghost").stderr.contains("No such container: ghost"))
    #expect(try await host.docker("commit", "-c", "FROM x", name).code != 0)
  }

  @Test func commitPausesTheContainer() async throws {
    let host = try TestHost.shared
    try await host.runIdle("held")
    let since = try await host.shell("date +%s.%N").text
    try await host.docker("commit", "held").succeeded()
    try await host.docker("commit", "--pause=false", "held", "unpaused").succeeded()
    let until = try await host.shell("date +%s.%N").text
    let events = try await host.docker(
      "events", "--since", since, "--until", until, "--filter", "container=held", "--format", "{{.Action}}")
    #expect(events.lines == ["pause", "unpause", "commit", "commit"])
    try await host.docker("pause", "held").succeeded()
    try await host.docker("commit", "held", "of-paused").succeeded()
    #expect(try await host.inspect("held", "{{.State.Status}}") == "paused")
    try await host.docker("unpause", "held").succeeded()
    try await host.docker("rm", "-f", "held").succeeded()
  }

  @Test func differencesMatchDocker() async throws {
    let host = try TestHost.shared
    try await host.runIdle("differs", "-v", "/vol")
    #expect(try await host.docker("diff", "differs").lines == ["A /vol"])
    try await host.exec(
      "differs", "sh", "-c",
      "echo x >/tmp/a; mkdir -p /srv/d; echo y >/srv/d/f; rm /etc/group; echo z >>/etc/passwd; echo v >/vol/v"
    ).succeeded()
    let lines = try await host.docker("diff", "differs").succeeded().lines
    #expect(
      lines == [
        "C /etc", "D /etc/group", "C /etc/passwd", "A /srv", "A /srv/d", "A /srv/d/f", "C /tmp", "A /tmp/a", "A /vol",
      ])
    try await host.docker("rm", "-fv", "differs").succeeded()
  }

  @Test func exportIsTheRootWithoutVolumes() async throws {
    let host = try TestHost.shared
    try await host.runIdle("leaves", "-v", "/vol")
    try await host.exec("leaves", "sh", "-c", "echo kept >/kept; echo not >/vol/not; echo mem >/dev/shm/x").succeeded()
    let path = "\(host.folder)/exported.tar"
    try await host.docker("export", "-o", path, "leaves").succeeded()
    let names = try await host.shell("tar tf \(path)").succeeded().lines
    #expect(names.contains { $0.hasSuffix("kept") })
    #expect(!names.contains { $0.hasSuffix("vol/not") || $0.hasSuffix("shm/x") })
    try await host.docker("stop", "-t", "1", "leaves").succeeded()
    try await host.shell("docker export leaves | docker import -c 'CMD [\"cat\", \"/kept\"]' -m why - back:1")
      .succeeded()
    #expect(try await host.docker("run", "--rm", "back:1").text == "kept")
    #expect(try await host.docker("image", "inspect", "-f", "{{.Comment}}", "back:1").text == "why")
    // Nothing stays mounted.
    try await waitUntil("the root to be unmounted", for: .seconds(5)) {
      try await host.shell("grep -c /rootfs/merged /proc/mounts").text == "0"
    }
    try await host.docker("rm", "-v", "leaves").succeeded()
  }
}
