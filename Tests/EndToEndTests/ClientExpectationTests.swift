import TestHosts
import Testing

/// What clients of Docker rely on, and what no page of the API's reference says.
@Suite(.serialized, .engineHost) struct ClientExpectationTests {
  /// A volume that the user made is not removed with the container, whether or not it has a name of its own.
  @Test func autoRemoveKeepsVolumesOfTheUser() async throws {
    let host = try TestHost.shared
    let volume = try await host.docker("volume", "create").succeeded().text
    try await host.docker("run", "--rm", "-v", "\(volume):/d", "busybox", "touch", "/d/x").succeeded()
    try await host.docker(
      "run", "--name", "user", "--mount", "type=volume,src=\(volume),dst=/d", "busybox", "ls", "/d/x"
    ).succeeded()
    try await host.docker("rm", "-v", "user").succeeded()
    #expect(try await host.docker("run", "--rm", "-v", "\(volume):/d", "busybox", "ls", "/d").text == "x")
    try await host.docker("volume", "rm", volume).succeeded()
    let before = try await host.docker("volume", "ls", "-q").lines
    try await host.docker("run", "--rm", "-v", "/d", "busybox", "touch", "/d/x").succeeded()
    #expect(try await host.docker("volume", "ls", "-q").lines == before)
  }

  /// A container that asks for one network is on no other, and cannot reach the default bridge.
  @Test func endpointsReplaceTheDefaultBridge() async throws {
    let host = try TestHost.shared
    let network = try await host.docker("network", "create", "--subnet", "10.77.0.0/24", "own").succeeded().text
    for (name, mode, key) in [
      ("absent", "", "own"), ("byid", "\"HostConfig\":{\"NetworkMode\":\"own\"},", network),
      ("byname", "\"HostConfig\":{\"NetworkMode\":\"\(network.prefix(12))\"},", "own"),
    ] {
      let body =
        "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],\(mode)\"NetworkingConfig\":{\"EndpointsConfig\":{\"\(key)\":"
        + "{\"Aliases\":[\"alias-\(name)\"],\"IPAMConfig\":{\"IPv4Address\":\"10.77.0.77\"}}}}}"
      let version = name == "absent" ? "v1.50" : "v1.25"
      let made = try await host.api("POST", "/\(version)/containers/create?name=\(name)", body: body)
      #expect(made.status == 201, "\(made)")
      try await host.docker("start", name).succeeded()
      #expect(
        try await host.inspect(
          name, "{{range $name, $n := .NetworkSettings.Networks}}{{$name}} {{$n.IPAddress}}{{end}}")
          == "own 10.77.0.77")
      #expect(try await host.exec(name, "nslookup", "alias-\(name)").stdout.contains("10.77.0.77"))
      #expect(try await host.exec(name, "ip", "-o", "-4", "addr").lines.count == 2)
      try await host.docker("rm", "-f", name).succeeded()
    }
    try await host.docker("network", "rm", "own").succeeded()
  }

  @Test func unknownMembersAreWarnings() async throws {
    let host = try TestHost.shared
    let body = "{\"Image\":\"busybox\",\"Runtime\":\"crun\",\"Isolation\":\"x\",\"HostConfig\":{\"New\":[1]}}"
    let made = try await host.api("POST", "/v1.50/containers/create?name=newer", body: body)
    #expect(made.status == 201, "\(made)")
    for name in ["Runtime", "Isolation", "HostConfig.New"] {
      #expect(made.body.contains("The field \(name) is unknown and was ignored."), "\(made)")
    }
    // What Docker knows and this engine does not honour is refused.
    let refused = try await host.api(
      "POST", "/v1.50/containers/create", body: "{\"Image\":\"busybox\",\"HostConfig\":{\"Isolation\":\"hyperv\"}}")
    #expect(refused.status == 400, "\(refused)")
    let exec = try await host.api("POST", "/v1.50/containers/newer/exec", body: "{\"Cmd\":[\"x\"],\"New\":true}")
    #expect(exec.status == 409, "\(exec)")
    try await host.docker("rm", "newer").succeeded()
  }

  /// Each message of a log is a frame of its own: clients hand frames on as lines.
  @Test func linesOfALogAreFrames() async throws {
    let host = try TestHost.shared
    try await host.docker("run", "--name", "lines", "busybox", "sh", "-c", "echo a; echo b; echo c").succeeded()
    let frames = try await host.shell(
      "curl -s --unix-socket \(host.socketPath) 'http://e/v1.50/containers/lines/logs?stdout=1' | xxd -p | tr -d '\\n'"
    ).succeeded().text
    #expect(frames == ["61", "62", "63"].map { "0100000000000002\($0)0a" }.joined(), "\(frames)")
    try await host.docker("rm", "lines").succeeded()
  }

  /// The frames of an exec follow the request that starts it.
  @Test(arguments: [false, true]) func framesOfAnExec(hasTerminal: Bool) async throws {
    let host = try TestHost.shared
    try await host.runIdle("framed")
    let made = try await host.api(
      "POST", "/v1.50/containers/framed/exec",
      body: "{\"Cmd\":[\"printf\",\"x\"],\"AttachStdout\":true,\"Tty\":\(hasTerminal)}")
    let id = made.body.split(separator: "\"").map(String.init).last { $0.utf8.count == 64 }
    let output = try await host.shell(
      "curl -s --unix-socket \(host.socketPath) -H 'Content-Type: application/json' -d '{\"Tty\":\(!hasTerminal)}' "
        + "-D heads http://e/v1.50/exec/\(try #require(id))/start | xxd -p; cat heads; rm heads"
    ).succeeded()
    #expect(output.lines.first == (hasTerminal ? "010000000000000178" : "78"), "\(output)")
    #expect(output.stdout.contains(hasTerminal ? "multiplexed-stream" : "raw-stream"), "\(output)")
    try await host.docker("rm", "-f", "framed").succeeded()
  }

  @Test func anExecOfAnUnknownUser() async throws {
    let host = try TestHost.shared
    try await host.runIdle("users")
    let output = try await host.docker("exec", "-u", "nobody-knows", "users", "true")
    #expect(output.code == 126)
    #expect(output.all.contains("unable to find user nobody-knows: no matching entries in passwd file"), "\(output)")
    try await host.docker("rm", "-f", "users").succeeded()
  }

  /// A user's changes of these files stay when the engine changes its own lines.
  @Test func filesThatAUserEdits() async throws {
    let host = try TestHost.shared
    for name in ["edits", "other"] { try await host.docker("network", "create", name).succeeded() }
    try await host.runIdle("editor", "--network", "edits")
    try await host.exec("editor", "sh", "-c", "echo 192.0.2.9 mine >>/etc/hosts; echo '# mine' >>/etc/resolv.conf")
      .succeeded()
    try await host.docker("network", "connect", "other", "editor").succeeded()
    #expect(try await host.exec("editor", "grep", "-c", "editor\\|mine", "/etc/hosts").code == 0)
    try await host.docker("network", "disconnect", "other", "editor").succeeded()
    #expect(try await host.exec("editor", "grep", "mine", "/etc/hosts").text == "192.0.2.9 mine")
    #expect(try await host.exec("editor", "tail", "-n", "1", "/etc/resolv.conf").text == "# mine")
    try await host.docker("restart", "-t", "5", "editor").succeeded()
    #expect(try await host.exec("editor", "tail", "-n", "1", "/etc/resolv.conf").text == "# mine")
    try await host.docker("rm", "-f", "editor").succeeded()
    for name in ["edits", "other"] { try await host.docker("network", "rm", name).succeeded() }
  }

  @Test func namesOfLinks() async throws {
    let host = try TestHost.shared
    try await host.runIdle("target")
    try await host.runIdle("linker", "--link", "target:db")
    #expect(
      try await host.docker("ps", "--no-trunc", "-f", "name=target", "--format", "{{.Names}}").text.contains(
        "linker/db"))
    try await host.docker("rm", "--link", "linker/db").succeeded()
    #expect(try await host.inspect("linker", "{{json .HostConfig.Links}}") != "[\"/target:/linker/db\"]")
    #expect(try await host.exec("linker", "grep", "-w", "db", "/etc/hosts").code == 1)
    #expect(try await host.docker("rm", "--link", "linker/db").code == 1)
    try await host.docker("rm", "-f", "linker", "target").succeeded()
  }

  @Test func smallThings() async throws {
    let host = try TestHost.shared
    #expect(try await host.api("GET", "/v1.50/networks/").status == 200)
    #expect(try await host.api("POST", "/v1.50/volumes/prune").body.contains("\"VolumesDeleted\":[]"))
    #expect(try await host.docker("tag", "busybox", "sha256:x").stderr.contains("using digest algorithm as name"))
    #expect(
      try await host.docker("create", "--pid", "container:nope", "busybox").stderr.contains("No such container: nope"))
    #expect(try await host.docker("network", "inspect", "-f", "{{json .Warnings}}", "none").text == "[]")
    try await host.runIdle("small", "--rm", "-w", "/tmp/")
    #expect(try await host.inspect("small", "{{.Config.WorkingDir}}") == "/tmp")
    #expect(try await host.exec("small", "test", "-e", "/.dockerenv").code == 0)
    #expect(try await host.docker("diff", "small").text.contains(".dockerenv") == false)
    let ignored = try await host.exec("small", "sed", "-n", "s/SigIgn:\\t//p", "/proc/1/status").text
    #expect(try #require(UInt64(ignored, radix: 16)) & 0x1_8000_0000 == 0, "\(ignored)")
    let update = try await host.api(
      "POST", "/v1.50/containers/small/update", body: "{\"RestartPolicy\":{\"Name\":\"always\"}}")
    #expect(update.status == 409, "\(update)")
    try await host.docker("rm", "-f", "small").succeeded()
    try await host.docker("create", "--name", "still", "busybox").succeeded()
    let resize = try await host.api("POST", "/v1.50/containers/still/resize?h=10&w=10")
    #expect(resize.status == 409 && resize.body.contains("is not running"), "\(resize)")
    let older = try await host.api("POST", "/v1.39/containers/create?name=older", body: "{\"Image\":\"busybox\"}")
    #expect(older.status == 201)
    #expect(try await host.inspect("older", "{{.HostConfig.IpcMode}}") == "shareable")
    try await host.docker("rm", "still", "older").succeeded()
  }
}
