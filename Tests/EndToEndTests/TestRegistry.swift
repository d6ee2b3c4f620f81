import TestHosts

/// Debian's docker-registry in a host, with a folder of its own.
struct TestRegistry {
  /// The only user of a registry with authentication.
  static let user = "ali"
  static let password = "open sesame"

  let host: TestHost
  /// Host and port, the first part of images' names.
  let address: String
  let command: BackgroundCommand
  private let folder: String

  /// Starts one and waits until it answers.
  ///
  /// - Parameters:
  ///   - name: the name of its folder; a second registry at the same address needs another.
  ///   - asksWho: whether it requires a user and password.
  static func start(
    in host: TestHost, at address: String = "127.0.0.1:5000", name: String = "registry", asksWho: Bool = false,
    certificates: Certificates? = nil
  ) async throws -> TestRegistry {
    let folder = "\(host.folder)/\(name)"
    var text = """
      version: 0.1
      log: {level: warn}
      storage: {filesystem: {rootdirectory: \(folder)/data}, delete: {enabled: true}}
      http:
        addr: "\(address)"

      """
    if let certificates {
      text += "  tls: {certificate: \(certificates.path("server")), key: \(certificates.path("server-key"))}\n"
    }
    if asksWho { text += "auth: {htpasswd: {realm: test, path: \(folder)/users}}\n" }
    // The bcrypt hash of "open sesame" with the lowest cost.
    let users = "\(user):$2b$05$h824aKWNhPhxgkNDgpe6leFye98k8rDonCghI9sMnuxyqZOjmqDx.\n"
    try await host.shell("mkdir -p \(folder)/data && cat >\(folder)/users", stdin: users).succeeded()
    try await host.shell("cat >\(folder)/config.yml", stdin: text).succeeded()
    let command = try await host.start(["docker-registry", "serve", "\(folder)/config.yml"])
    try await waitUntil("the registry to listen", for: .seconds(10)) {
      try await host.run(
        ["curl", "-sk", "-m", "1", "-o", "/dev/null", "\(certificates == nil ? "http" : "https")://\(address)/v2/"]
      ).code == 0
    }
    return TestRegistry(host: host, address: address, command: command, folder: folder)
  }

  /// An image's name in this registry.
  func name(_ rest: String) -> String { "\(address)/\(rest)" }

  /// The number of blobs that it has served.
  func blobsGiven() -> Int {
    (command.output + command.errors).split(separator: "\n").count { line in
      line.contains("\"GET /v2/") && line.contains("/blobs/sha256:") && line.contains("\" 200 ")
    }
  }
}

extension TestRegistry {
  /// Makes the host's engine trust the registry's authority (`/etc/docker/certs.d`).
  func trust(_ certificates: Certificates) async throws {
    // Mounted over the machine's folder in this host's mount namespace only.
    try await host.shell(
      """
      set -e; cd \(host.folder); mkdir -p upper work
      mount -t overlay overlay -o lowerdir=/etc,upperdir=upper,workdir=work /etc
      mkdir -p /etc/docker/certs.d/\(address)
      cp \(certificates.path("ca")) /etc/docker/certs.d/\(address)/ca.crt
      """
    ).succeeded()
  }
}
