import EngineModel
import Glibc
import Kernel

/// What is asked of one registry for one request, through skopeo, with settings and login in a private folder that goes
/// with this object. Nothing secret is on a command line, and nothing of the host's `/etc/containers` or of root's own
/// logins counts; `/etc/docker/certs.d` does, and so do the engine's proxies (`HTTPS_PROXY`, `NO_PROXY`).
final class RegistrySession: Sendable {
  static let package = "skopeo"

  let tool: Tool
  private let own: PrivateFolder
  var folder: String { own.path }

  /// - Parameters:
  ///   - parent: a folder on which only root can look, on a file system in memory if there is one.
  ///   - domain: the registry, as in images' names.
  /// - Throws: `unavailable` when skopeo is not installed.
  init(in parent: String, domain: String, settings: RegistrySettings, login: RegistryLogin) throws {
    tool = try Tool("skopeo", package: Self.package)
    own = try PrivateFolder(in: parent)
    let folder = own.path
    try makeDirectories("\(folder)/signatures", mode: 0o700)
    for (name, bytes) in [
      ("auth.json", try login.file(for: domain)), ("policy.json", Array(RegistriesFile.policy.utf8)),
      ("registries.conf", Array(RegistriesFile.text(for: domain, settings, lookup: HostLookup.addresses).utf8)),
    ] { try SafeFile.write("\(folder)/\(name)", bytes, isDurable: false) }
  }

  /// The file of the login, which `skopeo login` also writes.
  var loginFile: String { "\(folder)/auth.json" }

  /// A command line: the options that go before the command, the command, where the login is, and the rest.
  func arguments(_ command: String, _ rest: [String]) -> [String] {
    [
      "--policy", "\(folder)/policy.json", "--registries-conf", "\(folder)/registries.conf", "--registries.d",
      "\(folder)/signatures", command, "--authfile", loginFile,
    ] + rest
  }

  /// Runs skopeo to its end.
  ///
  /// - Parameter reference: the image it is about, for the error.
  /// - Returns: what it wrote.
  func run(
    _ command: String, _ rest: [String], about reference: ImageReference, _ action: RegistryError.Action = .pull,
    stdin: [UInt8]? = nil
  ) async throws -> [UInt8] {
    let output = try await tool.run(arguments(command, rest), stdin: stdin)
    try Task.checkCancellation()
    guard output.status.isSuccess else { throw RegistryError.error(output.stderrText, reference, action) }
    return output.stdout
  }

  /// A manifest or index, byte for byte.
  func document(_ reference: ImageReference) async throws -> RemoteDocument {
    let bytes = try await run("inspect", ["--raw", Self.address(reference)], about: reference)
    let document = try RemoteDocument(bytes, of: reference)
    if let wanted = reference.digest, wanted != document.digest {
      throw EngineError(
        .system, "manifest verification failed for digest \(wanted): the registry gave \(document.digest)")
    }
    return document
  }

  /// The tags of a repository, in the registry's order.
  func tags(of repository: ImageReference) async throws -> [String] {
    struct List: Decodable { var Tags: [String]? }
    let bytes = try await run("list-tags", ["docker://\(repository.name)"], about: repository)
    return try CanonicalJSON.decode(List.self, bytes, "list of tags").Tags ?? []
  }

  /// How skopeo writes an image's name. It takes no name with both a tag and a digest; the digest decides.
  static func address(_ reference: ImageReference) -> String {
    if let digest = reference.digest { return "docker://\(reference.name)@\(digest)" }
    return "docker://\(reference.withDefaultTag)"
  }
}
