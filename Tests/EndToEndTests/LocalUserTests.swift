import TestHosts
import Testing

/// What a user of the host reaches who has neither root nor the API socket.
@Suite(.serialized, .bareHost) struct LocalUserTests {
  /// Runs a script as a user without rights. setpriv itself keeps root's capabilities until it executes the shell.
  private static func asUser(_ script: String) -> String {
    "setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '\(script)'"
  }

  /// Opens everything as older engines left it.
  private static func openUp(_ host: TestHost) -> String {
    """
    chmod 711 \(host.folder) \(host.dataRoot) \(host.execRoot) \(host.dataRoot)/containers
    chmod 701 \(host.dataRoot)/volumes
    chmod 644 \(host.dataRoot)/state.sqlite*
    """
  }

  @Test func reachesNoFileOfTheEngine() async throws {
    let host = try TestHost.shared
    try await host.startEngine()
    try await host.loadBusybox()
    try await host.docker(
      "run", "-d", "--name", "owner", "-e", "PASSWORD=secret-in-the-environment", "-v", "tools:/tools", "busybox", "sh",
      "-c", "echo logged; trap 'exit 0' TERM; while :; do sleep 1; done"
    ).succeeded()
    let program = "\(host.dataRoot)/volumes/tools/_data/id"
    try await host.docker("cp", "/usr/bin/id", "owner:/tools/id").succeeded()
    try await host.exec("owner", "chmod", "4755", "/tools/id").succeeded()
    // The host's own folder must let the user pass, so that the engine's folders are what stops them.
    try await host.killEngine(15)
    try await host.shell(Self.openUp(host)).succeeded()
    let before = try await host.shell(Self.asUser("\(program) -u"))
    #expect(before.text == "0", "the older state does not show the fault: \(before)")
    #expect(try await host.shell(Self.asUser("cat \(host.dataRoot)/state.sqlite >/dev/null")).code == 0)
    try await host.startEngine()

    #expect(try await host.shell(Self.asUser("\(program) -u")).code != 0)
    let reached = try await host.shell(
      """
      paths=$(find \(host.dataRoot) \(host.execRoot) -mindepth 1 -maxdepth 4)
      export paths
      \(Self.asUser("find \(host.dataRoot) \(host.execRoot) -mindepth 1 2>/dev/null; for path in $paths; do [ -e $path ] && echo $path; done"))
      true
      """)
    #expect(reached.text == "", "\(reached)")
    let modes = try await host.shell(
      """
      cd \(host.dataRoot) && stat -c '%a %n' . containers volumes state.sqlite*
      find . -name '*.log*' -perm /027 -printf 'open %p\\n'; find . -maxdepth 1 -type f -perm /077 -printf 'open %p\\n'
      cd \(host.execRoot) && stat -c '%a %n' . netns
      find . -maxdepth 1 -name '*.log' -perm /027 -printf 'open %p\\n'
      """
    ).lines
    #expect(modes.contains("710 ."), "\(modes)")
    #expect(
      modes.contains("700 volumes") && modes.contains("700 containers") && modes.contains("700 netns"), "\(modes)")
    #expect(modes.contains("600 state.sqlite") && modes.contains("600 state.sqlite-wal"), "\(modes)")
    #expect(!modes.contains { $0.hasPrefix("open") }, "\(modes)")

    // Containers work as before, with root and without.
    #expect(try await host.exec("owner", "id", "-u").succeeded().text == "0")
    #expect(
      try await host.docker(
        "run", "--rm", "-u", "65534", "-v", "tools:/tools", "busybox", "sh", "-c",
        "ls /tools; cat /etc/resolv.conf >/dev/null"
      ).succeeded().text == "id")
    try await host.docker("rm", "-f", "owner").succeeded()
  }
}
