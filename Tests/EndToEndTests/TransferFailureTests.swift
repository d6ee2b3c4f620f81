import TestHosts
import Testing

/// Interrupted transfers, and missing programs for them.
@Suite(.serialized, .engineHost("--max-download-attempts", "2")) struct TransferFailureTests {
  @Test func brokenLayerDownloadIsRepeated() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5110)
    let pull = try await host.docker("pull", registry.name("once/x")).succeeded()
    #expect(pull.stdout.contains(": Retrying in 1 second\n") && pull.stdout.contains(": Pull complete\n"), "\(pull)")
    try await host.docker("rmi", registry.name("once/x")).succeeded()
    let never = try await host.docker("pull", registry.name("short/x"))
    #expect(never.code != 0 && never.stderr.contains("EOF"), "\(never)")
    #expect(never.lines.count { $0.contains("Retrying in") } == 1, "\(never)")
  }

  @Test func cancelledPushEndsItsProgram() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5111)
    try await host.docker("tag", "busybox", registry.name("mute/x")).succeeded()
    let push = try await host.start(["docker", "push", registry.name("mute/x")])
    func runs() async throws -> Bool { try await host.shell("cat /proc/[0-9]*/comm | grep -q skopeo").code == 0 }
    try await waitUntil("the push to be under way") { try await runs() }
    push.kill()
    try await waitUntil("skopeo to be gone") { try await !runs() }
    try await waitUntil("the login to be gone") {
      try await host.shell("ls -A \(host.execRoot)/registries").lines.isEmpty
    }
  }

  @Test func credentialsAreProtected() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5112)
    let secret = try await host.shell(
      """
      auth=$(printf '{"username":"u","password":"swordfish"}' | base64 -w0)
      curl -s -m 3 --unix-socket \(host.socketPath) -X POST -H "X-Registry-Auth: $auth" \
        'http://e/v1.50/images/create?fromImage=\(registry.name("mute/y"))&tag=1' >/dev/null &
      for _ in $(seq 100); do
        grep -qx skopeo /proc/[0-9]*/comm && [ -n "$(ls -A \(host.execRoot)/registries)" ] && break; sleep 0.05
      done
      for process in $(grep -lx skopeo /proc/[0-9]*/comm); do cat ${process%comm}cmdline; done | grep -ac swordfish
      stat -c %a \(host.execRoot)/registries \(host.execRoot)/registries/* \(host.execRoot)/registries/*/auth.json
      wait
      """)
    #expect(secret.lines == ["0", "700", "700", "600"], "\(secret)")
  }

  @Test func registryTokensAreRequested() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5114, login: "eve:apple")
    let stranger = try await host.docker("pull", registry.name("fine/t"))
    #expect(stranger.code != 0 && stranger.stderr.contains("unauthorized: authentication required"), "\(stranger)")
    let wrong = try await host.docker(["login", "-u", "eve", "--password-stdin", "127.0.0.1:5114"], stdin: "pear")
    #expect(wrong.code != 0 && wrong.stderr.contains("401 Unauthorized"), "\(wrong)")
    let right = try await host.docker(["login", "-u", "eve", "--password-stdin", "127.0.0.1:5114"], stdin: "apple")
    #expect(right.text == "Login Succeeded", "\(right)")
    try await host.docker("pull", registry.name("fine/t")).succeeded()
    try await host.docker("rmi", registry.name("fine/t")).succeeded()
  }

  /// Last, because it hides the program from this host.
  @Test func missingSkopeoIsReported() async throws {
    let host = try TestHost.shared
    try await host.shell("mount --bind /dev/null $(command -v skopeo)").succeeded()
    let pull = try await host.docker("pull", "127.0.0.1:5113/x")
    #expect(pull.stderr.contains("skopeo is not installed: apt install skopeo"), "\(pull)")
    let push = try await host.docker("push", "busybox")
    #expect(push.code != 0 && push.all.contains("skopeo is not installed: apt install skopeo"), "\(push)")
    try await host.shell("umount /usr/bin/skopeo").succeeded()
  }
}
