import TestHosts
import Testing

/// `RUN --mount` in Dockerfiles: every type works, and none leads out of its stage, its cache or the context.
@Suite(.serialized, .engineHost) struct BuildMountTests {
  /// A folder of the host that no build may reach, with a file in it.
  private func outside(_ host: TestHost) async throws -> String {
    let folder = "\(host.folder)/outside"
    try await host.shell("mkdir -p \(folder)/deep && echo marker-of-the-host >\(folder)/marker").succeeded()
    return folder
  }

  private func build(_ host: TestHost, _ dockerfile: String) async throws -> CommandOutput {
    try await host.docker("build", "--no-cache", "-t", "mounts", "-", stdin: dockerfile, timeout: .seconds(120))
  }

  /// Builds, and checks that the host's folder was neither read nor written.
  private func escape(_ host: TestHost, _ lines: String...) async throws -> CommandOutput {
    let folder = try await outside(host)
    let output = try await build(host, lines.joined(separator: "\n") + "\n")
    #expect(!(output.stdout + output.stderr).contains("marker-of-the-host"), "\(output)")
    #expect(try await host.shell("cd \(folder) && find . | sort").lines == [".", "./deep", "./marker"], "\(output)")
    #expect(try await host.shell("cat \(folder)/marker").text == "marker-of-the-host", "\(output)")
    return output
  }

  private static let use = "cat /x/marker /x 2>&1; echo written >/x/new; echo written >/x/marker; echo tried"

  @Test func linksInAStageStayInIt() async throws {
    let host = try TestHost.shared
    let folder = try await outside(host)
    let up = String(repeating: "../", count: 20) + folder.dropFirst()
    for target in [folder, up] {
      _ = try await escape(
        host, "FROM busybox AS base", "RUN mkdir -p /d && ln -s \(target) /rootdir && ln -s \(target) /d/sub",
        "FROM busybox", "RUN --mount=type=bind,from=base,source=/rootdir,target=/x,rw \(Self.use)")
      _ = try await escape(
        host, "FROM busybox AS base", "RUN ln -s \(target)/deep/.. /rootdir", "FROM busybox",
        "RUN --mount=type=bind,from=base,source=/rootdir/marker,target=/x \(Self.use)")
      _ = try await escape(
        host, "FROM busybox AS base", "RUN ln -s \(target) /rootdir", "FROM busybox",
        "RUN --mount=type=cache,from=base,source=/rootdir,target=/x \(Self.use)")
    }
    // A link that stays in the stage leads to its target there.
    let inside = try await build(
      host,
      """
      FROM busybox AS base
      RUN mkdir -p /data/deep && echo inner >/data/deep/file && ln -s data/deep /link && ln -s ../data /data/up
      FROM busybox
      RUN --mount=type=bind,from=base,source=/link,target=/x cat /x/file
      RUN --mount=type=bind,from=base,source=/data/up/deep/file,target=/y cat /y
      """)
    #expect(inside.code == 0 && inside.stdout.components(of: "\ninner\n") == 2, "\(inside)")
  }

  @Test func pathsThatClimbAreRefused() async throws {
    let host = try TestHost.shared
    let folder = try await outside(host)
    let up = String(repeating: "../", count: 20) + folder.dropFirst()
    let climbing = try await escape(
      host, "FROM busybox AS base", "FROM busybox",
      "RUN --mount=type=bind,from=base,source=\(up),target=/x,rw \(Self.use)")
    #expect(climbing.stderr.contains("Dockerfile:3:5: dockerfile parse error line 3: "), "\(climbing)")
    let context = try await escape(
      host, "FROM busybox", "RUN --mount=type=bind,source=\(up),target=/x,rw \(Self.use)")
    #expect(context.code != 0, "\(context)")
    // A variable is expanded before the check.
    let variable = try await escape(
      host, "FROM busybox", "ARG UP=\(up)", "RUN --mount=type=bind,source=$UP,target=/x,rw \(Self.use)")
    #expect(variable.code != 0, "\(variable)")
    // A cache's id is a name, not a path: it works, and stays below the caches.
    for identifier in [up, "/../" + up, folder, "..", "a/../../../b"] {
      _ = try await escape(
        host, "FROM busybox", "RUN --mount=type=cache,id=\(identifier),target=/x \(Self.use)")
    }
    _ = try await escape(
      host, "FROM busybox", "ARG UP=\(up)", "RUN --mount=type=cache,id=$UP,target=/x \(Self.use)")
    for kind in ["secret", "ssh"] {
      let output = try await escape(
        host, "FROM busybox", "RUN --mount=type=\(kind),id=\(up),target=/x \(Self.use)")
      #expect(output.stderr.contains("dockerfile parse error line 2: "), "\(output)")
    }
  }

  @Test func otherOptionsAreRefused() async throws {
    let host = try TestHost.shared
    for mount in [
      "type=bind,target=/x,bind-propagation=shared", "type=bind,target=/x,U", "type=bind,target=/x,z",
      "type=devpts,target=/x",
      "type=bind,target=/x,mode=777", "type=tmpfs,target=/x,source=/etc", "type=cache,target=/x,sharing=all",
      "type=cache,target=/x,uid=root", "type=bind", "type=bind,target=/x,\"source=/a,b\"", "type=bind,,target=/x",
    ] {
      let output = try await build(host, "FROM busybox\nRUN --mount=\(mount) true\n")
      #expect(
        output.code != 0 && output.stderr.contains("Dockerfile:2:5: dockerfile parse error line 2: "),
        "\(mount): \(output)")
    }
  }

  /// A step writes a link into the context or a cache, and a later step follows it.
  @Test func linksThatStepsMakeStayInside() async throws {
    let host = try TestHost.shared
    let folder = try await outside(host)
    _ = try await escape(
      host, "FROM busybox", "RUN --mount=type=bind,target=/c,rw ln -s \(folder) /c/link",
      "RUN --mount=type=bind,source=link,target=/x,rw \(Self.use)")
    _ = try await escape(
      host, "FROM busybox", "RUN --mount=type=cache,id=one,target=/c rm -rf /c/link; ln -s \(folder) /c/link",
      "RUN --mount=type=cache,id=one/link,target=/x \(Self.use)")
    // A base image's trigger.
    _ = try await escape(
      host, "FROM busybox AS base", "RUN ln -s \(folder) /rootdir", "FROM busybox",
      "ONBUILD RUN --mount=type=bind,from=busybox,source=/rootdir,target=/x,rw \(Self.use)")
    try await host.docker("tag", "mounts", "withmount").succeeded()
    _ = try await escape(host, "FROM withmount", "RUN true")
    _ = try await escape(
      host, "FROM busybox", "ONBUILD RUN --mount=type=cache,id=../../../../../..\(folder),target=/x,rw \(Self.use)")
  }

  @Test func everyTypeOfMountWorks() async throws {
    let host = try TestHost.shared
    let folder = "\(host.folder)/everymount"
    let dockerfile = """
      FROM busybox AS base
      RUN mkdir /out && echo from-stage >/out/file
      FROM busybox
      ARG WHERE=/cache
      RUN --mount=from=base,source=/out,target=/in cat /in/file; echo x >/in/file || echo read-only-stage
      RUN --mount=type=bind,source=sub,target=/in cat /in/file; echo x >/in/file || echo read-only-context
      RUN --mount=type=bind,target=/in,readwrite echo y >/in/new && cat /in/new
      RUN --mount=type=cache,target=$WHERE,id=store/one,sharing=locked,mode=0750,uid=7 echo kept >/cache/file; stat -c '%a %u' /cache
      RUN --mount=type=cache,target=/other,id=store/one cat /other/file
      RUN --mount=type=cache,target=/plain echo plain >/plain/file
      RUN --mount=type=cache,target=/plain cat /plain/file; [ ! -e /other/file ] && echo separate
      RUN --mount=type=tmpfs,target=/t,size=1048576 grep ' /t tmpfs' /proc/mounts
      RUN --mount=type=secret,id=token [ ! -e /run/secrets/token ] && echo no-secret
      RUN --mount=type=bind,from=busybox,source=/bin/busybox,target=/tool/busybox /tool/busybox echo from-image
      RUN ls / | tr '\\n' ' '
      """
    try await host.shell(
      "mkdir -p \(folder)/sub && echo from-context >\(folder)/sub/file && cat >\(folder)/Dockerfile", stdin: dockerfile
    ).succeeded()
    let output = try await host.docker(["build", "--no-cache", folder], timeout: .seconds(120)).succeeded()
    for line in [
      "from-stage", "read-only-stage", "from-context", "read-only-context", "y", "750 7", "kept", "plain", "separate",
      "no-secret", "from-image",
    ] {
      #expect(output.stdout.contains("\n\(line)\n"), "\(line): \(output)")
    }
    #expect(output.stdout.contains(" /t tmpfs"), "\(output)")
    // Nothing stays mounted.
    #expect(try await host.shell("grep -c \(host.dataRoot)/builds /proc/self/mounts").text == "0")
  }

  /// What a step sees and may do is what a container sees and may do.
  @Test func stepsHaveTheFilterOfContainers() async throws {
    let host = try TestHost.shared
    let folder = "\(host.folder)/filtered"
    try await host.shell(
      """
      mkdir -p \(folder) && cc -static -o \(folder)/probes \(Binaries.package)/Tests/Support/Probes/system-calls.c
      printf 'FROM busybox\\nCOPY probes /\\nRUN /probes\\n' >\(folder)/Dockerfile
      """
    ).succeeded()
    let lines = try await host.docker("build", "--no-cache", folder).succeeded().lines
    for call in ["keyctl", "add_key", "mount", "unshare", "setns", "mbind", "pidfd_getfd", "io_uring_setup"] {
      #expect(lines.contains("\(call) 1"), "\(call): \(lines)")
    }
    #expect(lines.contains("clone3 38") && lines.contains("clone 0") && lines.contains("socket_vsock 1"), "\(lines)")
    #expect(!lines.contains { $0.hasPrefix("clone_user 0") }, "\(lines)")
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
