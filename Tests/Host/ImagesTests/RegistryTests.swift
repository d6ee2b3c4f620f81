import Addressing
import EngineModel
import Testing

@testable import Images

@Suite struct RegistryTests {
  private static let digest = "sha256:" + String(repeating: "0a", count: 32)

  private func log(_ message: String) -> String {
    "time=\"2026-01-02T03:04:05Z\" level=debug msg=\"Using registries.d\"\n"
      + "time=\"2026-01-02T03:04:05Z\" level=fatal msg=\"\(message)\"\n"
  }

  @Test(arguments: [
    (
      #"Error parsing image name \"docker://r.test/a/b:9\": reading manifest 9 in r.test/a/b: manifest unknown: manifest unknown"#,
      EngineError.Code.notFound, "manifest for r.test/a/b:9 not found: manifest unknown: manifest unknown"
    ),
    (
      "reading manifest 9 in r.test/a/b: denied: requested access to the resource is denied", .notFound,
      "pull access denied for r.test/a/b, repository does not exist or may require 'docker login': denied: requested "
        + "access to the resource is denied"
    ),
    (
      "Error listing repository tags: fetching tags list: name unknown: repository name not known to registry",
      .notFound, "repository r.test/a/b not found: name unknown: repository name not known to registry"
    ),
    (
      "reading manifest 9 in r.test/a/b: unauthorized: authentication required", .system,
      "unauthorized: authentication required"
    ),
    (
      #"Error parsing image name \"docker://x\": pinging container registry r.test: Get \"https://r.test/v2/\": dial tcp 192.0.2.1:443: connect: connection refused"#,
      .system, #"Get "https://r.test/v2/": dial tcp 192.0.2.1:443: connect: connection refused"#
    ),
    ("something else", .system, "something else"),
  ]) func whatSkopeoSaysBecomesWhatDockerSays(message: String, code: EngineError.Code, said: String) throws {
    let error = RegistryError.error(log(message), try ImageReference("r.test/a/b:9"))
    #expect(error.code == code)
    #expect(error.message == said)
  }

  @Test func aMessageOfTheProxyNeedsNoQuotes() throws {
    let error = RegistryError.error("corrupted blob, expecting sha256:x", try ImageReference("a"))
    #expect(error.message == "corrupted blob, expecting sha256:x")
    #expect(!RegistryError.error("", try ImageReference("a")).message.isEmpty)
    let push = RegistryError.error("denied: requested access to the resource is denied", try ImageReference("a"), .push)
    #expect(push.message == "denied: requested access to the resource is denied")
  }

  @Test(arguments: [
    ("localhost", true), ("localhost:5000", true), ("127.0.0.1:5000", true), ("127.9.9.9", true), ("[::1]:80", true),
    ("192.0.2.7:5000", true), ("192.0.2.7", true), ("198.51.100.1", false), ("r.test", true), ("r.test:5000", true),
    ("s.test:5000", true), ("s.test", false), ("docker.io", false), ("localhost.test", false),
  ]) func someRegistriesNeedNotProveThemselves(domain: String, isInsecure: Bool) {
    #expect(InsecureRegistries(["192.0.2.0/24", "r.test", "s.test:5000"]).contains(domain) == isInsecure)
  }

  @Test func aNameCountsByItsAddresses() {
    let registries = InsecureRegistries(["192.0.2.0/24"])
    let lookup: (String) -> [IPAddress] = { name in
      ["near.test": ["198.51.100.1", "192.0.2.9"], "far.test": ["198.51.100.1"], "docker.io": ["192.0.2.9"]][name]?
        .compactMap { IPAddress($0) } ?? []
    }
    #expect(registries.contains("near.test:5000", lookup: lookup))
    #expect(!registries.contains("far.test:5000", lookup: lookup))
    #expect(!registries.contains("docker.io", lookup: lookup))
  }

  @Test func skopeoIsToldOfOneRegistry() {
    let settings = RegistrySettings(
      mirrors: ["http://mirror.test:5000", "https://second.test/"], insecure: ["r.test"])
    let hub = RegistriesFile.text(for: "docker.io", settings)
    #expect(
      hub.contains("prefix = \"docker.io\"\nlocation = \"docker.io\"\ninsecure = false\n")
        && hub.contains("[[registry.mirror]]\nlocation = \"mirror.test:5000\"\ninsecure = true\n")
        && hub.contains("[[registry.mirror]]\nlocation = \"second.test\"\ninsecure = false\n"), "\(hub)")
    let other = RegistriesFile.text(for: "r.test", settings)
    #expect(other.contains("insecure = true") && !other.contains("mirror"), "\(other)")
  }

  @Test(arguments: [
    "", "mirror.test", "ftp://mirror.test", "http://", "http://a/b", "https://a?b", "https://u:p@a", "http://a\nb",
    "https://a\"",
  ]) func whatIsNoMirror(text: String) {
    #expect(RegistryMirror(text) == nil)
  }

  @Test func aLoginIsWrittenForItsRegistryAlone() throws {
    let file = String(decoding: try RegistryLogin(username: "u", password: "p:\"").file(for: "r.test"), as: UTF8.self)
    #expect(file == #"{"auths":{"r.test":{"auth":"dTpwOiI="}}}"#)
    #expect(String(decoding: try RegistryLogin().file(for: "r.test"), as: UTF8.self) == #"{"auths":{}}"#)
    let token = String(decoding: try RegistryLogin(identityToken: "t").file(for: "r"), as: UTF8.self)
    #expect(token.contains(#""identitytoken":"t""#))
  }

  @Test(arguments: [
    ("", "docker.io"), ("https://index.docker.io/v1/", "docker.io"), ("r.test:5000", "r.test:5000"),
    ("http://r.test/v2/", "r.test"), ("registry-1.docker.io", "docker.io"),
  ]) func aServersAddressNamesARegistry(server: String, domain: String) {
    #expect(ImageStore.domain(ofServer: server) == domain)
  }

  // MARK: Platforms

  private func index(_ platforms: [(String, String?)]) throws -> [OCIDescriptor] {
    try platforms.enumerated().map { number, platform in
      let hex = String(repeating: "\(number)", count: 64)
      return OCIDescriptor(
        mediaType: OCIMediaType.manifest, digest: try #require(Digest(hex: hex)), size: 1,
        platform: OCIPlatform(architecture: platform.0, os: "linux", variant: platform.1))
    }
  }

  @Test(
    arguments: [
      ("amd64", "", 0), ("arm", "v7", 3), ("arm", "v6", 2), ("arm", "", 3), ("arm", "v8", 3), ("arm64", "", 4),
      ("arm64", "v8", 4), ("arm", "v5", nil), ("s390x", "", nil), ("unknown", "", nil),
    ] as [(String, String, Int?)]) func theBestOfAnIndexIsChosen(architecture: String, variant: String, number: Int?)
    throws
  {
    var manifests = try index([
      ("amd64", nil), ("amd64", nil), ("arm", "v6"), ("arm", "v7"), ("arm64", "v8"), ("unknown", nil),
    ])
    manifests[5].platform?.os = "unknown"
    let found = RequestedPlatform(architecture: architecture, variant: variant).best(of: manifests)
    #expect(found?.digest == number.map { manifests[$0].digest })
  }

  @Test func manifestsAboutImagesAreNoImages() throws {
    var manifests = try index([("amd64", nil), ("amd64", nil)])
    manifests[0].annotations = [OCIAnnotation.referenceType: "attestation-manifest"]
    #expect(RequestedPlatform(architecture: "amd64").best(of: manifests) == manifests[1])
  }

  @Test(arguments: [
    #"{"schemaVersion":1,"fsLayers":[]}"#, "{", "[]", "", #"{"schemaVersion":2}"#,
    #"{"schemaVersion":2,"manifests":[{"digest":"md5:1"}]}"#,
  ]) func documentsThatAreNoManifestsAreRefused(text: String) throws {
    let reference = try ImageReference("a")
    let error = #expect(throws: EngineError.self) { try RemoteManifest(Array(text.utf8), of: reference) }
    #expect(error?.code == .invalidParameter)
  }

  // MARK: Progress

  private func layer(_ digit: Character, size: Int64) throws -> StoredImage.Layer {
    let digest = try #require(Digest(hex: String(repeating: digit, count: 64)))
    let blob = OCIDescriptor(mediaType: OCIMediaType.layer, digest: digest, size: size)
    return StoredImage.Layer(diffID: digest, chainID: digest, size: size, blob: blob)
  }

  @Test func aPushIsToldLayerByLayer() throws {
    let layers = [try layer("a", size: 100), try layer("b", size: 200), try layer("a", size: 100)]
    let id = try #require(Digest(hex: String(repeating: "c", count: 64)))
    let image = StoredImage(
      id: id, configuration: ImageConfiguration(), layers: layers,
      manifest: OCIDescriptor(mediaType: OCIMediaType.manifest, digest: id, size: 1))
    let (a, b) = (layers[0].diffID, layers[1].diffID)
    var progress = PushProgress(image)
    #expect(progress.start().map(\.id) == [a.short, b.short])
    #expect(progress.observe(log: "", positions: [:]).isEmpty)
    #expect(
      progress.observe(log: "", positions: [b: 50]) == [TransferEvent("Pushing", b.short, current: 50, total: 200)])
    #expect(progress.observe(log: "", positions: [b: 50]).isEmpty)
    let log = "msg=\"Skipping blob \(a) (already present):\""
    #expect(progress.observe(log: log, positions: [b: 200]).map(\.status) == ["Layer already exists", "Pushing"])
    #expect(progress.observe(log: log, positions: [:]) == [TransferEvent("Pushed", b.short)])
    #expect(progress.finish(log: log).isEmpty)
    // A layer that was pushed between two observations.
    var quick = PushProgress(image)
    _ = quick.start()
    #expect(quick.finish(log: log).map(\.status) == ["Layer already exists", "Pushed"])
  }
}
