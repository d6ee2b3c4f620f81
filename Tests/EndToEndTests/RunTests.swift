import TestHosts
import Testing

/// `docker run` and its flags.
@Suite(.serialized, .engineHost) struct RunTests {
  /// The first process of a process namespace ignores signals that it sends itself, so a second shell does.
  static let exitCodes: [([String], Int32)] = [
    (["sh", "-c", "exit 7"], 7), (["true"], 0), (["nonesuch"], 127), (["/etc"], 126),
    (["sh", "-c", "sh -c 'kill -9 $$'; exit $?"], 137), (["sh", "-c", "sh -c 'kill -15 $$'; exit $?"], 143),
  ]

  @Test(arguments: exitCodes)
  func exitCodeIsTheContainers(command: [String], code: Int32) async throws {
    let output = try await TestHost.shared.docker(["run", "--rm", "busybox"] + command)
    #expect(output.code == code, "\(output)")
  }

  @Test func wrongFlagExits125() async throws {
    let host = try TestHost.shared
    #expect(try await host.docker("run", "--rm", "--network", "nonesuch", "busybox", "true").code == 125)
    #expect(try await host.docker("run", "--rm", "--nonesuch", "busybox", "true").code == 125)
    #expect(try await host.docker("ps", "-aq").lines.isEmpty)
  }

  @Test func outputAndErrorsAreSeparate() async throws {
    let host = try TestHost.shared
    let output = try await host.docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2")
    #expect(output.stdout == "out\n")
    #expect(output.stderr == "err\n")
  }

  @Test func inputReachesTheContainer() async throws {
    let host = try TestHost.shared
    let output = try await host.docker("run", "-i", "--rm", "busybox", "sort", stdin: "b\na\n")
    #expect(output.stdout == "a\nb\n")
    let large = try await host.shell("head -c 5000000 /dev/zero | docker run -i --rm busybox wc -c")
    #expect(large.text == "5000000")
    let out = try await host.shell("docker run --rm busybox head -c 5000000 /dev/zero | wc -c")
    #expect(out.text == "5000000")
    let without = try await host.docker("run", "--rm", "busybox", "cat", stdin: "lost")
    #expect(without.stdout.isEmpty)
  }

  @Test func ttyIsATerminal() async throws {
    let host = try TestHost.shared
    let output = try await host.shell(
      "(sleep 0.7; echo 'tty; stty size; echo sum-$((1+1))'; sleep 0.5; echo 'exit 9') | "
        + "script -qec 'stty rows 33 cols 99; docker run -it --rm busybox sh' /dev/null; echo code $?")
    #expect(output.stdout.contains("/dev/pts/0"), "\(output)")
    #expect(output.stdout.contains("33 99"), "\(output)")
    #expect(output.stdout.contains("sum-2"))
    #expect(output.stdout.contains("code 9"))
    #expect(try await host.docker("run", "--rm", "-t", "busybox", "tty").stdout.contains("/dev/pts/"))
    #expect(try await host.docker("run", "--rm", "busybox", "tty").code != 0)
  }

  @Test func environmentDirectoryUserAndEntryPoint() async throws {
    let host = try TestHost.shared
    let output = try await host.docker(
      "run", "--rm", "-e", "A=one two", "-e", "B=", "-w", "/tmp/new/dir", "-u", "12:34", "--hostname", "boxed",
      "--entrypoint", "/bin/sh", "busybox", "-c", "echo \"$A|$B|$PWD|$(id -u):$(id -g)|$(hostname)\"")
    #expect(output.text == "one two||/tmp/new/dir|12:34|boxed", "\(output)")
    let hosts = try await host.docker("run", "--rm", "--add-host", "peer:192.0.2.99", "busybox", "cat", "/etc/hosts")
    #expect(hosts.lines.contains { $0.contains("192.0.2.99") && $0.contains("peer") })
    #expect(hosts.stdout.contains("127.0.0.1\tlocalhost"))
  }

  @Test func volumesAndBinds() async throws {
    let host = try TestHost.shared
    try await host.shell("mkdir -p \(host.folder)/bound && echo from-host >\(host.folder)/bound/file").succeeded()
    let read = try await host.docker("run", "--rm", "-v", "\(host.folder)/bound:/b:ro", "busybox", "cat", "/b/file")
    #expect(read.text == "from-host", "\(read)")
    let denied = try await host.docker(
      "run", "--rm", "-v", "\(host.folder)/bound:/b:ro", "busybox", "touch", "/b/new")
    #expect(denied.code != 0)
    try await host.docker(
      "run", "--rm", "-v", "\(host.folder)/bound:/b", "busybox", "sh", "-c", "echo back >/b/answer"
    ).succeeded()
    #expect(try await host.shell("cat \(host.folder)/bound/answer").text == "back")
    try await host.docker("run", "--rm", "-v", "kept:/k", "busybox", "sh", "-c", "echo kept >/k/file").succeeded()
    #expect(try await host.docker("run", "--rm", "-v", "kept:/k", "busybox", "cat", "/k/file").text == "kept")
  }

  @Test func securityDefaultsMatchDocker() async throws {
    let host = try TestHost.shared
    let status = try await host.docker("run", "--rm", "busybox", "cat", "/proc/self/status").succeeded()
    let fields = Dictionary(
      status.lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1).map(\.trimmed)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }, uniquingKeysWith: { first, _ in first })
    #expect(fields["CapEff"] == "00000000a80425fb")
    #expect(fields["CapBnd"] == "00000000a80425fb")
    #expect(fields["Seccomp"] == "2")
    let masked = try await host.docker("run", "--rm", "busybox", "sh", "-c", "cat /proc/keys /proc/timer_list | wc -c")
    #expect(masked.text == "0", "\(masked)")
    let settings = try await host.docker(
      "run", "--rm", "busybox", "sh", "-c", "echo 1 >/proc/sys/kernel/panic || echo 1 >/proc/sysrq-trigger")
    #expect(settings.code != 0)
    #expect(try await host.docker("run", "--rm", "busybox", "unshare", "-n", "true").code != 0)
    let privileged = try await host.docker(
      "run", "--rm", "--cap-add", "NET_ADMIN", "busybox", "ip", "link", "set", "lo", "mtu", "1400")
    #expect(privileged.code == 0, "\(privileged)")
    let dropped = try await host.docker(
      "run", "--rm", "--cap-drop", "ALL", "busybox", "grep", "CapEff", "/proc/self/status")
    #expect(dropped.text.hasSuffix("0000000000000000"))
  }

  @Test func removedContainerLeavesNothing() async throws {
    let host = try TestHost.shared
    try await host.docker("run", "--rm", "--name", "fleeting", "busybox", "true").succeeded()
    #expect(try await host.docker("ps", "-aq", "--filter", "name=fleeting").lines.isEmpty)
    try await host.docker("run", "-d", "--rm", "--name", "brief", "busybox", "sleep", "0.3").succeeded()
    try await waitUntil("brief to be gone") {
      try await host.docker("ps", "-aq", "--filter", "name=brief").lines.isEmpty
    }
  }

  @Test func containersStartQuickly() async throws {
    let host = try TestHost.shared
    let output = try await host.shell(
      "for i in 1 2 3 4 5 6 7 8; do docker run --rm --name par$i busybox echo $i & done; wait")
    #expect(output.lines.sorted() == (1...8).map(String.init), "\(output)")
    #expect(try await host.docker("ps", "-aq", "--filter", "name=par").lines.isEmpty)
  }
}
