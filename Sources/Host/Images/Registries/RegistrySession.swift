import EngineModel
import Glibc
import Kernel

/// Runs skopeo for one registry and one request. Configuration and login are in a private folder, which this object
/// removes when it is released. The command line contains no secrets. The host's `/etc/containers` and root's privateFolder
/// logins have no effect; `/etc/docker/certs.d` and the engine's proxy settings (`HTTPS_PROXY`, `NO_PROXY`) do.
final class RegistrySession: Sendable {
  static let package = "skopeo"

  let tool: Tool
  private let privateFolder: PrivateFolder
  var folder: String { privateFolder.path }

  /// - Parameters:
  ///   - parent: a folder that only root can read, on a tmpfs if possible.
  ///   - domain: the registry, as in an image reference.
  /// - Throws: `unavailable` if skopeo is not installed.
  init(in parent: String, domain: String, settings: RegistrySettings, login: RegistryLogin) throws {
    tool = try Tool("skopeo", package: Self.package)
    privateFolder = try PrivateFolder(in: parent)
    let folder = privateFolder.path
    try makeDirectories("\(folder)/signatures", mode: 0o700)
    for (name, bytes) in [
      ("auth.json", try login.file(for: domain)), ("policy.json", Array(RegistriesFile.policy.utf8)),
      ("registries.conf", Array(RegistriesFile.text(for: domain, settings, lookup: HostLookup.addresses).utf8)),
    ] { try AtomicFile.write("\(folder)/\(name)", bytes, isDurable: false) }
  }

  /// The credentials file, which `skopeo login` also writes.
  var loginFile: String { "\(folder)/auth.json" }

  /// skopeo's arguments: global options, the command, the credentials file, and the rest.
  func arguments(_ command: String, _ rest: [String]) -> [String] {
    [
      "--policy", "\(folder)/policy.json", "--registries-conf", "\(folder)/registries.conf", "--registries.d",
      "\(folder)/signatures", command, "--authfile", loginFile,
    ] + rest
  }

  /// Runs skopeo and waits for its end.
  ///
  /// - Parameter reference: the image, for the error.
  /// - Returns: its standard output.
  func run(
    _ command: String, _ rest: [String], about reference: ImageReference, _ action: RegistryError.Action = .pull,
    stdin: [UInt8]? = nil
  ) async throws -> [UInt8] {
    let output = try await tool.run(arguments(command, rest), stdin: stdin)
    try Task.checkCancellation()
    guard output.status.isSuccess else { throw RegistryError.error(output.stderrText, reference, action) }
    return output.stdout
  }

  /// A manifest or index with its original bytes.
  func document(_ reference: ImageReference) async throws -> RemoteManifest {
    let bytes = try await run("inspect", ["--raw", Self.address(reference)], about: reference)
    let document = try RemoteManifest(bytes, of: reference)
    if let expected = reference.digest, expected != document.digest {
      throw EngineError(
        .system, "manifest verification failed for digest \(expected): the registry gave \(document.digest)")
    }
    return document
  }

  /// The tags of a repository, in the registry's order.
  func tags(of repository: ImageReference) async throws -> [String] {
    struct List: Decodable { var Tags: [String]? }
    let bytes = try await run("list-tags", ["docker://\(repository.name)"], about: repository)
    return try CanonicalJSON.decode(List.self, bytes, "list of tags").Tags ?? []
  }

  /// skopeo's form of a reference. skopeo refuses a tag together with a digest; the digest wins.
  static func address(_ reference: ImageReference) -> String {
    if let digest = reference.digest { return "docker://\(reference.name)@\(digest)" }
    return "docker://\(reference.withDefaultTag)"
  }
}
