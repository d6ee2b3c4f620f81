import TestHosts
import Testing

/// Volumes and all other mounts.
@Suite(.serialized, .engineHost) struct VolumeTests {
  @Test func volumesAreCreatedListedAndRemoved() async throws {
    let host = try TestHost.shared
    try await host.docker("volume", "create", "--label", "team=net", "--label", "x", "listed").succeeded()
    try await host.docker("volume", "create", "other").succeeded()
    #expect(
      try await host.docker(
        "volume", "inspect", "-f",
        "{{.Name}} {{.Driver}} {{.Scope}} {{json .Labels}} {{json .Options}} {{.Mountpoint}}",
        "listed"
      ).text == "listed local local {\"team\":\"net\",\"x\":\"\"} null \(host.dataRoot)/volumes/listed/_data")
    func names(_ filters: String...) async throws -> [String] {
      try await host.docker(["volume", "ls", "-q"] + filters.flatMap { ["--filter", $0] }).lines
    }
    #expect(try await names("label=team") == ["listed"])
    #expect(try await names("label=team=other") == [])
    #expect(try await names("name=list") == ["listed"])
    #expect(try await names("driver=local", "name=other") == ["other"])
    try await host.docker("create", "--name", "holder", "-v", "listed:/v", "busybox").succeeded()
    let id = try await host.inspect("holder", "{{.Id}}")
    #expect(try await names("dangling=true") == ["other"])
    #expect(try await names("dangling=false") == ["listed"])
    let refused = try await host.docker("volume", "rm", "listed")
    #expect(refused.stderr.contains("remove listed: volume is in use - [\(id)]"), "\(refused)")
    try await host.docker("rm", "-v", "holder").succeeded()
    try await host.docker("volume", "rm", "listed", "other").succeeded()
    #expect(try await host.docker("volume", "rm", "listed").stderr.contains("get listed: no such volume"))
    try await host.docker("volume", "rm", "-f", "listed").succeeded()
    #expect(try await host.docker("volume", "create", "bad/name").code != 0)
  }

  @Test func firstUseCopiesImageContent() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "--name", "base", "busybox", "sh", "-c",
      "mkdir -p /srv/d/sub; echo a >/srv/d/a; ln -s a /srv/d/l; chown -R 7:8 /srv/d; chmod 2750 /srv/d; ln -s /etc /out"
    ).succeeded()
    try await host.docker("commit", "-c", "VOLUME /srv/d", "base", "filled").succeeded()
    func listing(_ options: String...) async throws -> String {
      try await host.docker(
        ["run", "--rm"] + options + ["filled", "sh", "-c", "cd /srv/d; stat -c '%u %g %a' .; ls; [ ! -e l ] || cat l"]
      ).succeeded().text
    }
    #expect(try await listing() == "7 8 2750\na\nl\nsub\na")
    #expect(try await listing("-v", "named:/srv/d") == "7 8 2750\na\nl\nsub\na")
    #expect(try await listing("-v", "empty:/srv/d:nocopy") == "0 0 755")
    #expect(try await listing("--mount", "type=volume,src=empty2,dst=/srv/d,volume-nocopy") == "0 0 755")
    // Written data stays, and nothing is copied into a volume that is not empty.
    try await host.docker("run", "--rm", "-v", "named:/x", "busybox", "rm", "/x/a").succeeded()
    #expect(try await listing("-v", "named:/srv/d") == "7 8 2750\nl\nsub")
    // A link in the image does not lead to the host.
    try await host.docker("run", "--rm", "-v", "escape:/out", "filled", "true").succeeded()
    #expect(!(try await host.shell("ls \(host.dataRoot)/volumes/escape/_data").stdout.contains("apt")))
    #expect(try await host.docker("volume", "ls", "-q").lines == ["empty", "empty2", "escape", "named"])
    try await host.docker("rm", "base").succeeded()
    try await host.docker("volume", "prune", "-af").succeeded()
  }

  @Test func anonymousVolumesAreRemovedWithTheirContainer() async throws {
    let host = try TestHost.shared
    func count() async throws -> Int { try await host.docker("volume", "ls", "-q").lines.count }
    try await host.docker("run", "--rm", "-v", "/anonymous", "-v", "kept:/kept", "busybox", "true").succeeded()
    #expect(try await host.docker("volume", "ls", "-q").lines == ["kept"])
    try await host.docker("create", "--name", "a1", "-v", "/anonymous", "busybox").succeeded()
    try await host.docker("create", "--name", "a2", "--volumes-from", "a1:ro", "busybox").succeeded()
    #expect(try await host.inspect("a2", "{{range .Mounts}}{{.Destination}} {{.RW}}{{end}}") == "/anonymous false")
    try await host.docker("rm", "-v", "a1").succeeded()
    #expect(try await count() == 2)
    try await host.docker("rm", "-v", "a2").succeeded()
    #expect(try await host.docker("volume", "ls", "-q").lines == ["kept"])
    try await host.docker("create", "--name", "a3", "-v", "/anonymous", "busybox").succeeded()
    try await host.docker("rm", "a3").succeeded()
    #expect(try await count() == 2)
    try await host.docker("volume", "prune", "-f").succeeded()
    #expect(try await host.docker("volume", "ls", "-q").lines == ["kept"])
    try await host.docker("volume", "rm", "kept").succeeded()
  }

  @Test func localDriverMountsByItsOptions() async throws {
    let host = try TestHost.shared
    let folder = "\(host.folder)/outside"
    try await host.shell("mkdir -p \(folder); echo precious >\(folder)/file").succeeded()
    try await host.docker(
      "volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=\(folder)", "bound"
    ).succeeded()
    try await host.docker(
      "volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=4m,uid=9,mode=700", "memory"
    ).succeeded()
    #expect(
      try await host.docker("run", "--rm", "-v", "bound:/b", "busybox", "sh", "-c", "cat /b/file; echo w >/b/w").text
        == "precious")
    #expect(try await host.shell("cat \(folder)/w").text == "w")
    try await host.runIdle("mem1", "-v", "memory:/m", "-v", "bound:/b:ro")
    try await host.exec("mem1", "sh", "-c", "echo shared >/m/x").succeeded()
    #expect(
      try await host.docker(
        "run", "--rm", "-v", "memory:/m", "busybox", "sh", "-c", "cat /m/x; stat -c '%u %a' /m; df -m /m | tail -1"
      ).stdout.split(separator: "\n").prefix(2).joined(separator: " ") == "shared 9 700")
    #expect(try await host.exec("mem1", "touch", "/b/no").code != 0)
    // After a kill, the next engine knows which containers use which volumes.
    try await host.restartEngine()
    try await host.docker("run", "--rm", "-v", "memory:/m", "busybox", "cat", "/m/x").succeeded()
    #expect(try await host.shell("docker cp mem1:/m/x - | tar xO").text == "shared")
    try await host.docker("rm", "-f", "mem1").succeeded()
    try await waitUntil("volumes to be unmounted", for: .seconds(5)) {
      try await host.shell("grep -c \(host.dataRoot)/volumes /proc/mounts").text == "0"
    }
    #expect(try await host.docker("run", "--rm", "-v", "memory:/m", "busybox", "ls", "/m").text == "")
    // The engine never removes the source of a bind.
    try await host.docker("volume", "rm", "bound", "memory").succeeded()
    #expect(try await host.shell("cat \(folder)/file").text == "precious")

    func refused(_ options: String..., says: String) async throws {
      let output = try await host.docker(["volume", "create"] + options.flatMap { ["-o", $0] })
      #expect(output.code != 0 && output.stderr.contains(says), "\(output)")
    }
    try await refused("colour=red", says: "invalid option: \"colour\"")
    try await refused("o=bind", says: "missing required option: \"device\"")
    try await refused("type=none", says: "missing required option: \"device\"")
    try await host.docker(
      "volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/nonesuch", "broken"
    ).succeeded()
    let broken = try await host.docker("run", "--rm", "-v", "broken:/x", "busybox", "true")
    #expect(
      broken.code != 0 && broken.stderr.contains("failed to mount local volume: mount /nonesuch:"), "\(broken)")
    try await host.docker("volume", "rm", "-f", "broken").succeeded()
  }

  @Test func subpathsOfVolumesAndImages() async throws {
    let host = try TestHost.shared
    try await host.docker(
      "run", "--rm", "-v", "whole:/w", "busybox", "sh", "-c",
      "mkdir -p /w/part/deep; echo p >/w/part/p; echo o >/w/other; ln -s /etc /w/out; ln -s part /w/inside"
    ).succeeded()
    func mounted(_ mount: String, _ command: String...) async throws -> CommandOutput {
      try await host.docker(["run", "--rm", "--mount", mount, "busybox"] + command)
    }
    let part = "type=volume,src=whole,dst=/x,volume-subpath="
    #expect(try await mounted("\(part)part", "ls", "/x").lines == ["deep", "p"])
    #expect(try await mounted("\(part)other", "cat", "/x").text == "o")
    #expect(try await mounted("\(part)inside", "cat", "/x/p").text == "p")
    #expect(try await mounted("\(part)nope", "true").stderr.contains("cannot access path"))
    #expect(try await mounted("\(part)out", "ls", "/x").code != 0)
    #expect(try await mounted("\(part)../x", "true").stderr.contains("subpath must be a relative path"))
    // A mounted subpath is copied from and to like other files.
    try await host.docker(["run", "-d", "--name", "part", "--mount", "\(part)part", "busybox"] + idle).succeeded()
    #expect(try await host.shell("docker cp part:/x/p - | tar xO").text == "p")
    try await host.docker("stop", "-t", "1", "part").succeeded()
    #expect(try await host.shell("docker cp part:/x/p - | tar xO").text == "p")
    try await host.docker("rm", "-f", "part").succeeded()

    try await host.docker("run", "--name", "layer", "busybox", "sh", "-c", "mkdir /own; echo i >/own/file").succeeded()
    try await host.docker("commit", "layer", "tools").succeeded()
    try await host.docker("rm", "layer").succeeded()
    let image = "type=image,src=tools,dst=/img"
    #expect(try await mounted(image, "sh", "-c", "cat /img/own/file; touch /img/x 2>&1").stdout.hasPrefix("i\n"))
    #expect(try await mounted(image, "touch", "/img/x").stderr.contains("Read-only file system"))
    #expect(try await mounted("\(image),image-subpath=own", "ls", "/img").text == "file")
    try await host.docker("create", "--name", "uses", "--mount", image, "busybox").succeeded()
    #expect(try await host.docker("rmi", "tools").stderr.contains("conflict"))
    try await host.docker("rm", "uses").succeeded()
    try await host.docker("rmi", "tools").succeeded()
    #expect(try await mounted(image, "true").stderr.contains("No such image: tools"))
    #expect(try await host.shell("find \(host.execRoot)/mounts -mindepth 1 | wc -l").text == "0")
    #expect(try await host.shell("grep -c \(host.execRoot)/mounts /proc/mounts").text == "0")
    try await host.docker("volume", "rm", "whole").succeeded()
  }

  @Test func bindsAndTheirOptions() async throws {
    let host = try TestHost.shared
    let folder = "\(host.folder)/binds"
    try await host.shell(
      "mkdir -p \(folder); mount -t tmpfs tmpfs \(folder); mount --make-shared \(folder); mkdir \(folder)/sub; mount -t tmpfs tmpfs \(folder)/sub; echo s >\(folder)/sub/s"
    ).succeeded()
    func run(_ options: [String], _ script: String) async throws -> CommandOutput {
      try await host.docker(["run", "--rm"] + options + ["busybox", "sh", "-c", script])
    }
    // Submounts are included, and are read-only as well.
    #expect(try await run(["-v", "\(folder):/b"], "cat /b/sub/s; touch /b/sub/new /b/x").stdout == "s\n")
    for options in [["-v", "\(folder):/b:ro"], ["--mount", "type=bind,src=\(folder),dst=/b,readonly"]] {
      let output = try await run(options, "touch /b/no; touch /b/sub/no; ls /b/sub")
      #expect(output.stdout == "new\ns\n" && output.stderr.split(separator: "\n").count == 2, "\(output)")
    }
    // A single file as well.
    let file = try await run(["-v", "\(folder)/sub/s:/etc/s:ro"], "cat /etc/s; echo x >/etc/s")
    #expect(file.stdout == "s\n" && file.code != 0 && file.stderr.contains("Read-only"), "\(file)")
    let bind = "type=bind,src=\(folder),dst=/b"
    #expect(try await run(["--mount", "\(bind),readonly,bind-recursive=writable"], "touch /b/sub/yes").code == 0)
    #expect(
      try await run(
        ["--mount", "\(bind),readonly,bind-recursive=readonly,bind-propagation=rprivate"], "touch /b/sub/no"
      ).code != 0)
    #expect(try await run(["--mount", "\(bind),bind-recursive=disabled"], "ls /b/sub").text == "")
    for mode in ["z", "Z", "rw", "ro,z", "rslave,ro", "consistent"] {
      #expect(try await run(["-v", "\(folder):/b:\(mode)"], "ls /b").lines.contains("sub"), "\(mode)")
    }
    for mode in ["ro,rw", "wx", "ro,", "z,Z", "shared,slave"] {
      let output = try await run(["-v", "\(folder):/b:\(mode)"], "true")
      #expect(output.code == 125 && output.stderr.contains("invalid mode"), "\(output)")
    }
    #expect(try await run(["-v", "vol:/b:rslave"], "true").stderr.contains("invalid mode"))
    let missing = try await run(["--mount", "type=bind,src=\(folder)/none,dst=/b"], "true")
    #expect(missing.stderr.contains("bind source path does not exist: \(folder)/none"), "\(missing)")
    #expect(try await run(["-v", "\(folder)/made/deep:/b"], "true").code == 0)
    #expect(try await host.shell("test -d \(folder)/made/deep").code == 0)
    // A later mount on the host propagates into a container with slave propagation.
    try await host.docker(["run", "-d", "--name", "slave", "-v", "\(folder):/b:rslave", "busybox"] + idle).succeeded()
    try await host.docker(["run", "-d", "--name", "apart", "-v", "\(folder):/b", "busybox"] + idle).succeeded()
    try await host.shell("mkdir -p \(folder)/late && mount -t tmpfs tmpfs \(folder)/late && touch \(folder)/late/seen")
      .succeeded()
    #expect(try await host.exec("slave", "ls", "/b/late").text == "seen")
    #expect(try await host.exec("apart", "ls", "/b/late").text == "")
    try await host.docker("rm", "-f", "slave", "apart").succeeded()
    try await host.shell("umount \(folder)/late \(folder)/sub \(folder)").succeeded()
    let memory = try await run(
      ["--mount", "type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1770"], "stat -c %a /t; grep ' /t ' /proc/mounts")
    #expect(memory.stdout.hasPrefix("1770\n") && memory.stdout.contains("size=1024k"), "\(memory)")
  }
}
