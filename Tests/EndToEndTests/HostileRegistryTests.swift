import TestHosts
import Testing

/// Registries that lie, stall or refuse, clients that disconnect, and registry settings.
@Suite(.serialized, .engineHost("--max-download-attempts", "1")) struct HostileRegistryTests {
  /// The image files on disk, and the programs started for transfers.
  private func leftovers(_ host: TestHost) async throws -> [String] {
    let blobs = try await host.shell("ls \(host.dataRoot)/images/blobs/sha256").lines.sorted()
    let rest = try await host.shell(
      "ls -A \(host.dataRoot)/images/ingest \(host.execRoot)/registries; ls -A \(host.dataRoot)/layers | grep '^[.]'; "
        + "cat /proc/[0-9]*/comm | grep skopeo"
    ).lines.filter { !$0.hasSuffix(":") }
    return blobs + rest
  }

  @Test func badRegistryLeavesNothing() async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: 5100)
    let before = try await leftovers(host)
    let expected = [
      ("short", "EOF"), ("wrong", "corrupted blob"), ("huge", "larger than its manifest says"),
      (
        "denied",
        "pull access denied for 127.0.0.1:5100/denied/x, repository does not exist or may require 'docker login': "
          + "denied: requested access to the resource is denied"
      ),
      ("chart", "invalid rootfs in image configuration"),
      ("v1", "schema 1 support has been removed"), ("broken", "invalid"),
    ]
    for (way, words) in expected {
      let pull = try await host.docker(["pull", registry.name("\(way)/x")], timeout: .seconds(60))
      #expect(pull.code != 0 && pull.stderr.contains(words), "\(pull)")
    }
    #expect(try await leftovers(host) == before)
    // The same without a fault.
    try await host.docker("pull", registry.name("fine/x")).succeeded()
    try await host.docker("rmi", registry.name("fine/x")).succeeded()
    #expect(try await leftovers(host) == before)
  }

  /// `mute` never answers; `hang` stops in the middle of a layer.
  @Test(arguments: ["mute", "hang"]) func cancelledPullLeavesNothing(_ way: String) async throws {
    let host = try TestHost.shared
    let registry = try await HostileRegistry.start(in: host, port: way == "mute" ? 5101 : 5102)
    let before = try await leftovers(host)
    let pull = try await host.start(["docker", "pull", registry.name("\(way)/x")])
    try await waitUntil("the pull to be under way") {
      let now = try await leftovers(host)
      return now.contains("skopeo") && (way == "mute" || pull.output.contains("Pulling fs layer"))
    }
    pull.kill()
    try await waitUntil("nothing to be left") { try await leftovers(host) == before }
  }

  @Test func mirrorsAreTriedFirst() async throws {
    let host = try await TestHost.make()
    do {
      try await host.startEngine(["--registry-mirror", "http://127.0.0.1:5103/"])
      try await host.loadBusybox()
      let mirror = try await TestRegistry.start(in: host, at: "127.0.0.1:5103", name: "mirror")
      let name = mirror.name("library/mirrored:1")
      try await host.docker("tag", "busybox", name).succeeded()
      try await host.docker("push", "-q", name).succeeded()
      try await host.docker("rmi", name).succeeded()
      let pull = try await host.docker("pull", "mirrored:1").succeeded()
      #expect(pull.stdout.contains("1: Pulling from library/mirrored"), "\(pull)")
      #expect(pull.stdout.contains("Status: Downloaded newer image for mirrored:1"), "\(pull)")
      let information = try await host.docker("info").succeeded().stdout
      #expect(information.contains("Registry Mirrors:\n  http://127.0.0.1:5103/"), "\(information)")
    } catch {
      await host.close()
      throw error
    }
    await host.close()
  }

  @Test func registryCertificatesFollowDocker() async throws {
    let host = try TestHost.shared
    let certificates = try await Certificates.make(
      in: "\(host.folder)/certificates", serverNames: "IP:\(TestHost.address),DNS:registry.test")
    let registry = try await TestRegistry.start(
      in: host, at: "\(TestHost.address):5104", name: "secure", certificates: certificates)
    let name = registry.name("sure:1")
    try await host.docker("tag", "busybox", name).succeeded()
    let unknown = try await host.docker("push", name)
    #expect(unknown.code != 0 && unknown.all.contains("x509: certificate signed by unknown authority"), "\(unknown)")
    try await registry.trust(certificates)
    try await host.docker("push", name).succeeded()
    try await host.docker("pull", name).succeeded()
    try await host.docker("rmi", name).succeeded()
  }

  @Test func insecureRegistriesMustBeConfigured() async throws {
    let host = try await TestHost.make()
    do {
      let file = #"{"insecure-registries":["\#(TestHost.address):5105"],"registry-mirrors":[]}"#
      try await host.shell("cat >\(host.folder)/engine.json", stdin: file).succeeded()
      try await host.startEngine(["--config-file", "\(host.folder)/engine.json"])
      try await host.loadBusybox()
      let named = try await TestRegistry.start(in: host, at: "\(TestHost.address):5105", name: "named")
      let other = try await TestRegistry.start(in: host, at: "\(TestHost.address):5106", name: "other")
      for registry in [named, other] { try await host.docker("tag", "busybox", registry.name("x")).succeeded() }
      try await host.docker("push", named.name("x")).succeeded()
      let refused = try await host.docker("push", other.name("x"))
      #expect(
        refused.code != 0 && refused.all.contains("http: server gave HTTP response to HTTPS client"), "\(refused)")
      let wrong =
        #"{"insecure-registries":["http://x","10.0.0.0/8"],"registry-mirrors":["mirror.test","https://m.test/path"]}"#
      try await host.shell("cat >\(host.folder)/wrong.json", stdin: wrong).succeeded()
      let check = try await host.causeway("config", "check", "\(host.folder)/wrong.json")
      for place in ["insecure-registries[0]", "registry-mirrors[0]", "registry-mirrors[1]"] {
        #expect(check.stderr.contains("\(place): expected"), "\(check)")
      }
      #expect(!check.stderr.contains("insecure-registries[1]"), "\(check)")
    } catch {
      await host.close()
      throw error
    }
    await host.close()
  }
}
