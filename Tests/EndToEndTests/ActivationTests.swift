import TestHosts
import Testing

/// Socket activation and the engine's settings file.
@Suite(.serialized) struct ActivationTests {
  /// Starts the engine as systemd does: with open sockets from descriptor 3 on.
  private static let activator = """
    import os, socket, sys
    path, port = sys.argv[1], int(sys.argv[2])
    def keep(listener, number):
        listener.listen(64)
        os.dup2(listener.fileno(), number, inheritable=True)
    if os.path.exists(path): os.unlink(path)
    local = socket.socket(socket.AF_UNIX); local.bind(path)
    remote = socket.socket(socket.AF_INET); remote.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    remote.bind(("0.0.0.0", port))
    # Out of the way of the numbers that count.
    keep(local, 30); keep(remote, 31); local.close(); remote.close()
    os.dup2(30, 3); os.dup2(31, 4); os.close(30); os.close(31)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", NOTIFY_SOCKET=sys.argv[3])
    os.execv(sys.argv[4], sys.argv[4:])
    """

  @Test(.bareHost) func servesSocketsFromAServiceManager() async throws {
    let host = try TestHost.shared
    let certificates = try await Certificates.make(
      in: "\(host.folder)/tls", serverNames: "IP:\(TestHost.address)")
    let told = "\(host.folder)/notify.sock"
    let manager = try await host.start([
      "python3", "-c",
      "import socket,sys; s=socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])\n"
        + "while True: print(s.recv(4096).decode(), flush=True)", told,
    ])
    try await waitUntil("the service manager") { try await host.shell("test -S \(told)").code == 0 }
    let engine = try await host.start(
      [
        "python3", "-c", Self.activator, host.socketPath, "2376", told, Binaries.engine, "-H", "fd://", "--data-root",
        host.dataRoot, "--exec-root", host.execRoot,
      ] + certificates.engineFlags)
    try await waitUntil("the engine to say that it is ready") { manager.output.contains("READY=1") }
    #expect(try await host.docker("info", "-f", "{{.OSType}}").succeeded().text == "linux")
    // The TCP socket of the two speaks TLS.
    let far = try await host.run(
      ["docker", "-H", TestHost.portWithTLS] + certificates.dockerFlags() + ["info", "-f", "{{.OSType}}"], in: .outside)
    #expect(far.text == "linux", "\(far)")
    // Neither the data plane nor the environment inherits them.
    let leaked = try await host.shell(
      """
      inode=$(awk '$8 == "\(host.socketPath)" {print $7}' /proc/net/unix | head -1)
      for p in $(pgrep -f causeway-dataplane); do
        ls -l /proc/$p/fd | grep -F "socket:[$inode]"
        tr '\\0' '\\n' </proc/$p/environ | grep LISTEN_
      done
      [ -n "$inode" ] || echo no inode
      """)
    #expect(leaked.text == "", "\(leaked)")
    try await host.shell("kill -TERM $(cat \(host.execRoot)/causewayd.pid)").succeeded()
    try await waitUntil("the end") { manager.output.contains("STOPPING=1") }
    try await waitUntil("the engine's end") { engine.errors.contains("msg=\"ended\"") }
    // The socket path belongs to the service manager and stays.
    #expect(try await host.shell("test -S \(host.socketPath)").code == 0)
  }

  @Test(.bareHost) func missingSocketsAreReported() async throws {
    let host = try TestHost.shared
    let output = try await host.run([
      Binaries.engine, "-H", "fd://", "--data-root", host.dataRoot, "--exec-root", host.execRoot,
    ])
    #expect(output.code == 1)
    #expect(output.stderr.contains("no sockets found via socket activation"), "\(output)")
  }

  @Test(.bareHost) func settingsFileSecuresThePort() async throws {
    let host = try TestHost.shared
    let certificates = try await Certificates.make(
      in: "\(host.folder)/tls", serverNames: "IP:\(TestHost.address)")
    let file = """
      {"tls": true, "tlsverify": true, "tlscacert": "\(certificates.path("ca"))",
       "tlscert": "\(certificates.path("server"))", "tlskey": "\(certificates.path("server-key"))"}
      """
    try await host.shell("cat >\(host.folder)/daemon.json", stdin: file).succeeded()
    // Without a port: the TLS port.
    try await host.startEngine(["--config-file", "\(host.folder)/daemon.json", "-H", "tcp://\(TestHost.address)"])
    let answer = try await host.run(
      ["curl"] + certificates.curlFlags() + ["https://\(TestHost.address):2376/_ping"], in: .outside)
    #expect(answer.stdout == "OK", "\(answer)")
  }

  @Test(
    .bareHost,
    arguments: [
      (["--tlsverify", "--tlscacert", "/nope.pem"], "could not load the TLS certificate /etc/causeway/cert.pem"),
      (
        ["--tls", "--tlscert", "$D/server.pem", "--tlskey", "$D/client-key.pem"], "client-key.pem: key values mismatch"
      ),
      (["--tls", "--tlscert", "$D/server.pem", "--tlskey", "$D/locked-key.pem"], "could not load the TLS key"),
      (["--tlscert", "$D/server.pem"], "--tlscert is of no use without --tls or --tlsverify"),
    ])
  func unusableCertificatesStopTheEngine(flags: [String], says: String) async throws {
    let host = try TestHost.shared
    let certificates = try await Certificates.make(in: "\(host.folder)/tls", serverNames: "DNS:x")
    try await host.shell(
      "openssl ec -aes256 -passout pass:secret -in \(certificates.path("server-key")) "
        + "-out \(certificates.path("locked-key"))"
    ).succeeded()
    let output = try await host.run(
      [Binaries.engine, "-H", "tcp://127.0.0.1:2376", "--data-root", host.dataRoot, "--exec-root", host.execRoot]
        + flags.map { $0.replacing("$D", with: certificates.folder) }, timeout: .seconds(20))
    #expect(output.code == 1)
    #expect(output.stderr.contains(says), "\(output)")
    #expect(try await host.shell("test -e \(host.dataRoot)").code != 0)
  }
}
