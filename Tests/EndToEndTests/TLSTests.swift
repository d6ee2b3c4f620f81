import TestHosts
import Testing

/// The API on a TCP port with certificates on both sides, as the docker command uses it from another machine.
@Suite(.serialized, .bareHost) struct TLSTests {
  /// The docker command on the other machine, with the client's certificate.
  private func remote(
    _ host: TestHost, _ certificates: Certificates, _ arguments: String..., stdin: String? = nil
  ) async throws -> CommandOutput {
    try await host.run(
      ["docker", "-H", TestHost.portWithTLS] + certificates.dockerFlags() + arguments, in: .outside, stdin: stdin)
  }

  @Test func runFromAnotherMachine() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    #expect(try await remote(host, certificates, "run", "--rm", "busybox", "echo", "far").succeeded().stdout == "far\n")
    // The unix socket exists as well and reaches the same engine.
    let id = try await remote(host, certificates, "info", "-f", "{{.ID}}").succeeded().text
    #expect(try await host.docker("info", "-f", "{{.ID}}").text == id)
  }

  @Test func directionsCloseIndependently() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    let text = (0..<20000).map { "line \($0)\n" }.joined()
    let echoed = try await remote(host, certificates, "run", "-i", "--rm", "busybox", "cat", stdin: text)
    #expect(echoed.code == 0)
    #expect(echoed.stdout == text)
    let counted = try await remote(
      host, certificates, "run", "-i", "--rm", "busybox", "sh", "-c", "wc -c; sleep 0.3; echo done", stdin: text)
    #expect(counted.lines.map(\.trimmed) == ["\(text.utf8.count)", "done"])
    let many = try await remote(
      host, certificates, "run", "--rm", "busybox", "sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x")
    #expect(many.stdout.utf8.count == 3_000_000)
  }

  @Test func terminalAndFollowedLogs() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    try await remote(
      host, certificates, "run", "-d", "--name", "ticks", "busybox", "sh", "-c",
      "for i in 1 2 3 4 5 6; do echo tick$i; sleep 0.2; done"
    ).succeeded()
    let flags = (["-H", TestHost.portWithTLS] + certificates.dockerFlags()).joined(separator: " ")
    let terminal = try await host.run(
      [
        "script", "-qec", "docker \(flags) exec -it ticks sh -c 'test -t 0 && stty size >/dev/null && echo terminal'",
        "/dev/null",
      ],
      in: .outside)
    #expect(terminal.code == 0, "\(terminal)")
    #expect(terminal.stdout.contains("terminal"))
    let followed = try await remote(host, certificates, "logs", "-f", "ticks")
    #expect(followed.lines == (1...6).map { "tick\($0)" })
    try await remote(host, certificates, "rm", "-f", "ticks").succeeded()
  }

  @Test func imagesAreLoadedAndSaved() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    let flags = (["-H", TestHost.portWithTLS] + certificates.dockerFlags()).joined(separator: " ")
    let file = "\(host.folder)/image.tar"
    try await host.shell(
      "docker \(flags) save -o \(file) busybox && docker \(flags) tag busybox other && docker \(flags) rmi busybox "
        + "&& docker \(flags) load -i \(file) && docker \(flags) rmi other", in: .outside
    ).succeeded()
    #expect(try await host.docker("run", "--rm", "busybox", "echo", "here").text == "here")
  }

  @Test func contextStoresTheCertificates() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    let described =
      "host=\(TestHost.portWithTLS),ca=\(certificates.path("ca")),cert=\(certificates.path("client")),"
      + "key=\(certificates.path("client-key"))"
    let output = try await host.shell(
      "unset DOCKER_HOST; docker context create far --docker \(described) >/dev/null && "
        + "docker --context far version -f '{{.Server.APIVersion}}' && docker --context far run --rm busybox echo by context",
      in: .outside)
    try output.succeeded()
    #expect(output.lines == ["1.55", "by context"])
  }

  @Test func clientsWithoutACertificateAreRefused() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    func docker(_ flags: [String], port: String = TestHost.portWithTLS, in place: TestHost.Place = .outside)
      async throws
      -> CommandOutput
    {
      try await host.run(["docker", "-H", port] + flags + ["ps"], in: place)
    }
    let nobody = try await docker([
      "--tlsverify", "--tlscacert", certificates.path("ca"), "--tlscert", "", "--tlskey", "",
    ])
    #expect(nobody.code != 0 && nobody.stderr.contains("certificate required"), "\(nobody)")
    let stranger = try await docker(certificates.dockerFlags("stranger"))
    // The server names the accepted authorities, so the client does not send this certificate; curl does.
    #expect(stranger.code != 0 && stranger.stderr.contains("certificate required"), "\(stranger)")
    let shown = try await host.run(
      ["curl", "-S"] + certificates.curlFlags("stranger") + ["https://\(TestHost.address):2376/_ping"], in: .outside)
    #expect(shown.code != 0 && shown.stderr.contains("unknown ca"), "\(shown)")
    let plain = try await docker([])
    #expect(plain.code != 0 && plain.stderr.contains("Client sent an HTTP request to an HTTPS server"), "\(plain)")
    // A server certificate is not accepted from clients.
    let server = try await docker(certificates.dockerFlags("server"))
    #expect(server.code != 0 && server.stderr.contains("tls:"), "\(server)")
    // The client refuses as well: the engine has no certificate for this address.
    let elsewhere = try await docker(certificates.dockerFlags(), port: "tcp://198.51.100.1:2376", in: .neighbour)
    #expect(elsewhere.code != 0 && elsewhere.stderr.contains("x509"), "\(elsewhere)")
    let url = "https://\(TestHost.address):2376/_ping"
    let old = try await host.run(
      ["curl"] + certificates.curlFlags() + ["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", url], in: .outside)
    #expect(old.code == 35, "\(old)")
    let older = try await host.run(["curl"] + certificates.curlFlags() + ["--tls-max", "1.2", url], in: .outside)
    #expect(older.stdout == "OK", "\(older)")
    #expect(host.engineLog.contains("TLS handshake error from"))
  }

  /// The engine survives any input on the port.
  @Test func garbageAndIdleClientsAreHarmless() async throws {
    let (host, certificates) = try await TestHost.withTLS()
    let script = """
      for i in $(seq 40); do head -c 4000 /dev/urandom | timeout 3 bash -c 'cat >/dev/tcp/\(TestHost.address)/2376'; done
      printf '\\x16\\x03\\x01\\xff\\xff' | timeout 3 bash -c 'cat >/dev/tcp/\(TestHost.address)/2376'
      for i in $(seq 200); do exec {fd}<>/dev/tcp/\(TestHost.address)/2376; done
      docker -H \(TestHost.portWithTLS) \(certificates.dockerFlags().joined(separator: " ")) version -f '{{.Server.Os}}'
      """
    #expect(try await host.shell(script, in: .outside).text == "linux")
  }
}
