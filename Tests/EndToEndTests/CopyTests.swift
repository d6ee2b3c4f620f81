import Glibc
import TestHosts
import Testing

/// `docker cp` in both directions, with running and stopped containers.
@Suite(.serialized, .engineHost) struct CopyTests {
  /// Files to copy: `a` with a mode and an owner, a folder, links.
  private func makeSource(_ host: TestHost) async throws -> String {
    let folder = "\(host.folder)/source"
    try await host.shell(
      "rm -rf \(folder); mkdir -p \(folder)/sub; cd \(folder); echo first >a; chmod 640 a; chown 1000:1001 a; "
        + "echo second >sub/b; ln -s a link; ln a hard; ln -s /etc away; touch -d @1000000000 a"
    ).succeeded()
    return folder
  }

  @Test(arguments: [false, true]) func copiesInBothDirections(running: Bool) async throws {
    let host = try TestHost.shared
    let source = try await makeSource(host)
    let name = running ? "copied-running" : "copied-created"
    if running {
      try await host.runIdle(name)
    } else {
      try await host.docker(["create", "--name", name, "busybox"] + idle).succeeded()
    }
    // An existing folder receives the source; a missing one becomes the copy.
    try await host.docker("cp", source, "\(name):/tmp").succeeded()
    try await host.docker("cp", "\(source)/.", "\(name):/made").succeeded()
    try await host.docker("cp", "\(source)/a", "\(name):/renamed").succeeded()
    if !running { try await host.docker("start", name).succeeded() }
    let listed = try await host.exec(
      name, "sh", "-c", "cd /tmp/source; stat -c '%n %a %u %g %Y' a; readlink link; readlink away")
    #expect(listed.stdout == "a 640 1000 1001 1000000000\na\n/etc\n", "\(listed)")
    #expect(try await host.exec(name, "cat", "/made/sub/b", "/renamed").stdout == "second\nfirst\n")
    #expect(try await host.exec(name, "sh", "-c", "stat -c %i /made/a /made/hard | uniq | wc -l").text == "1")
    if !running { try await host.docker("stop", "-t", "1", name).succeeded() }
    let back = "\(host.folder)/back-\(name)"
    try await host.docker("cp", "\(name):/made", back).succeeded()
    #expect(try await host.shell("diff -r --no-dereference \(source) \(back)").stdout == "")
    try await host.docker("cp", "\(name):/made/link", "\(back)/followed-not").succeeded()
    try await host.docker("cp", "-L", "\(name):/made/link", "\(back)/followed").succeeded()
    #expect(try await host.shell("readlink \(back)/followed-not; cat \(back)/followed").stdout == "a\nfirst\n")
    try await host.docker("rm", "-f", name).succeeded()
  }

  @Test func archivesUseStandardStreams() async throws {
    let host = try TestHost.shared
    let source = try await makeSource(host)
    try await host.docker("create", "--name", "streamed", "busybox").succeeded()
    try await host.shell("tar cz -C \(source) . | docker cp - streamed:/tmp").succeeded()
    let names = try await host.shell("docker cp streamed:/tmp - | tar t | sort").lines
    #expect(
      names == ["tmp/", "tmp/a", "tmp/away", "tmp/hard", "tmp/link", "tmp/sub/", "tmp/sub/b"])
    #expect(try await host.shell("docker cp streamed:/tmp/. - | tar t | sort | head -2").lines == ["./", "./a"])
    #expect(try await host.shell("docker cp streamed:/tmp/sub/b - | tar xO").text == "second")
    // A container can be started and removed while it is read.
    #expect(try await host.docker("start", "streamed").code == 0)
    try await host.docker("rm", "-f", "streamed").succeeded()
  }

  @Test func copiesSeeVolumes() async throws {
    let host = try TestHost.shared
    let source = try await makeSource(host)
    let bound = "\(host.folder)/bound"
    try await host.shell("mkdir -p \(bound); echo bound >\(bound)/file").succeeded()
    try await host.docker(
      "create", "--name", "mounted", "-v", "copies:/vol", "-v", "\(bound):/bound", "-v", "copies:/ro:ro", "--tmpfs",
      "/mem", "busybox", "sh", "-c", "echo own >/mem/x; trap 'exit 0' TERM; while :; do sleep 1; done"
    ).succeeded()
    try await host.docker("cp", "\(source)/a", "mounted:/vol/from-outside").succeeded()
    #expect(try await host.shell("docker cp mounted:/bound/file - | tar xO").text == "bound")
    let refused = try await host.docker("cp", "\(source)/a", "mounted:/ro/")
    #expect(refused.code != 0 && refused.stderr.contains("mounted volume is marked read-only"), "\(refused)")
    try await host.docker("start", "mounted").succeeded()
    #expect(try await host.exec("mounted", "cat", "/ro/from-outside").text == "first")
    #expect(try await host.shell("docker cp mounted:/vol/from-outside - | tar xO").text == "first")
    #expect(try await host.docker("cp", "\(source)/a", "mounted:/ro/").stderr.contains("marked read-only"))
    // Files on a tmpfs of a running container can be copied as well.
    try await waitUntil("the file", for: .seconds(5)) {
      try await host.exec("mounted", "test", "-e", "/mem/x").code == 0
    }
    #expect(try await host.shell("docker cp mounted:/mem/x - | tar xO").text == "own")
    try await host.docker("rm", "-f", "mounted").succeeded()
    let before = try await host.shell("grep -c \(host.dataRoot) /proc/mounts").text
    #expect(before == "0")
  }

  @Test func readOnlyRootIsRefused() async throws {
    let host = try TestHost.shared
    let source = try await makeSource(host)
    try await host.docker(["create", "--read-only", "--name", "sealed", "-v", "open:/open", "busybox"] + idle)
      .succeeded()
    for _ in 0..<2 {
      let refused = try await host.docker("cp", "\(source)/a", "sealed:/tmp/")
      #expect(refused.code != 0 && refused.stderr.contains("container rootfs is marked read-only"), "\(refused)")
      try await host.docker("cp", "\(source)/a", "sealed:/open/").succeeded()
      _ = try await host.docker("start", "sealed")
    }
    try await host.docker("rm", "-f", "sealed").succeeded()
  }

  @Test func refusalsHaveDockersMessages() async throws {
    let host = try TestHost.shared
    let source = try await makeSource(host)
    try await host.docker("create", "--name", "asked", "busybox").succeeded()
    try await host.docker("cp", source, "asked:/d").succeeded()
    func refused(_ arguments: String..., says: String) async throws {
      let output = try await host.docker(["cp"] + arguments)
      #expect(output.code != 0 && output.stderr.contains(says), "\(arguments): \(output)")
    }
    try await refused("asked:/nope", "-", says: "Could not find the file /nope in container asked")
    try await refused(source, "asked:/nope/x", says: "Could not find the file /nope in container asked")
    try await refused("\(source)/a", "asked:/d/a/", says: "no such directory")
    try await refused(source, "asked:/d/a", says: "cannot copy directory")
    try await refused("ghost:/x", "-", says: "No such container: ghost")
    let empty = try await host.shell("printf garbage | docker cp - asked:/d")
    #expect(empty.code != 0 && empty.stderr.contains("invalid archive"), "\(empty)")
    let folderOverFile = try await host.shell(
      "cd \(host.folder); mkdir -p y/a; tar c -C y a | docker cp - asked:/d")
    #expect(folderOverFile.stderr.contains("cannot overwrite non-directory \"/d/a\" with directory"))
    let cut = try await host.shell("tar cz -C \(source) . | head -c 120 | docker cp - asked:/d")
    #expect(cut.code != 0)
    #expect(try await host.api("HEAD", "/v1.50/containers/asked/archive").status == 400)
    try await host.docker("rm", "asked").succeeded()
  }

  /// No link in a container or archive makes the engine read or write outside of the container.
  @Test func linksCannotEscapeTheContainer() async throws {
    let host = try TestHost.shared
    let canary = "\(host.folder)/canary"
    try await host.shell("mkdir -p \(canary); echo secret >\(canary)/secret").succeeded()
    try await host.runIdle("hostile")
    try await host.exec(
      "hostile", "sh", "-c",
      "ln -s \(canary) /abs; ln -s ../../../../../../..\(canary) /up; ln -s /proc/1/root/\(canary) /magic; "
        + "ln -s loop2 /loop1; ln -s loop1 /loop2"
    ).succeeded()
    for path in ["/abs/secret", "/up/secret", "/magic/secret", "/abs/.", "../../../..\(canary)/secret", "/loop1/x"] {
      let output = try await host.docker("cp", "hostile:\(path)", "-")
      #expect(output.code != 0 && !output.stdout.contains("secret\n"), "\(path): \(output)")
    }
    // Docker follows the link inside the container, where the folder does not exist.
    for place in ["/abs", "/up", "/magic"] {
      _ = try await host.shell("echo bad >\(host.folder)/bad; docker cp \(host.folder)/bad hostile:\(place)/bad")
    }
    let script = """
      import io, sys, tarfile
      t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
      def add(name, kind=tarfile.REGTYPE, link='', data=b''):
          i = tarfile.TarInfo(name); i.type = kind; i.linkname = link; i.size = len(data); t.addfile(i, io.BytesIO(data))
      WHAT
      t.close()
      """
    let archives = [
      "add('../../../../..\(canary)/out', data=b'x')",
      "add('l', tarfile.SYMTYPE, '\(canary)'); add('l/out', data=b'x')",
      "add('l', tarfile.SYMTYPE, '../../../../../..\(canary)'); add('l/out', data=b'x')",
      "add('h', tarfile.LNKTYPE, '../../../../..\(canary)/secret')",
      "add('m', tarfile.SYMTYPE, '/proc/self/root'); add('m\(canary)/out', data=b'x')",
    ]
    for (index, what) in archives.enumerated() {
      let path = "\(host.folder)/hostile\(index).py"
      try writeText(path, script.replacing("WHAT", with: what))
      _ = try await host.shell("python3 \(path) | docker cp - hostile:/tmp")
    }
    #expect(try await host.shell("ls \(canary)").text == "secret")
    // While the container replaces a folder by a link and back, as fast as possible.
    try await host.docker(
      "exec", "-d", "hostile", "sh", "-c",
      "mkdir /flip; while :; do mv /flip /flop; ln -s \(canary) /flip; rm /flip; mv /flop /flip; done"
    ).succeeded()
    for _ in 0..<15 {
      _ = try await host.docker("cp", "\(host.folder)/bad", "hostile:/flip/bad")
      let read = try await host.docker("cp", "hostile:/flip/secret", "-")
      #expect(!read.stdout.contains("secret\n"))
    }
    #expect(try await host.shell("ls \(canary)").text == "secret")
    try await host.docker("rm", "-f", "hostile").succeeded()
  }
}

private func writeText(_ path: String, _ text: String) throws {
  guard let file = fopen(path, "w") else { throw CannotWrite(path: path) }
  fputs(text, file)
  fclose(file)
}

private struct CannotWrite: Error { let path: String }
