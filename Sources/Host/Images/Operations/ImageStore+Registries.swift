package import EngineModel
import Kernel

extension ImageStore {
  /// Asks a registry for the manifest and platforms behind a reference.
  package func inspectDistribution(_ reference: ImageReference, login: RegistryLogin = RegistryLogin()) async throws
    -> DistributionInspection
  {
    let session = try await registrySession(reference.domain, login)
    let document = try await session.document(reference.withDefaultTag)
    var description = DistributionInspection(
      mediaType: document.mediaType, digest: document.digest, size: Int64(document.bytes.count), platforms: [])
    switch document.kind {
    case .index(let index):
      description.platforms = index.manifests.compactMap(\.platform).map { platform in
        RequestedPlatform(
          operatingSystem: platform.os ?? "", architecture: platform.architecture ?? "", variant: platform.variant ?? ""
        )
      }
    case .manifest:
      let bytes = try await session.run(
        "inspect", ["--config", "--raw", RegistrySession.address(reference)], about: reference)
      let configuration = try ImageConfiguration(json: bytes)
      description.platforms = [
        RequestedPlatform(
          operatingSystem: configuration.operatingSystem, architecture: configuration.architecture,
          variant: configuration.variant)
      ]
    }
    return description
  }

  /// Verifies a user's credentials with a registry.
  ///
  /// - Parameter server: as users write it: `registry.example.org:5000`, `https://index.docker.io/v1/`; empty: Docker
  ///   Hub.
  /// - Throws: `unauthorized` if the registry refuses them; network errors.
  package func checkLogin(_ login: RegistryLogin, to server: String) async throws {
    let domain = Self.domain(ofServer: server)
    guard RegistryDomain.isValid(domain) else {
      throw EngineError(.invalidParameter, "invalid registry address: \(server)")
    }
    guard !login.username.isEmpty, !login.password.isEmpty else {
      throw EngineError(.notImplemented, "logging in with a token alone is not implemented: give user and password")
    }
    let session = try await registrySession(domain, RegistryLogin())
    let output = try await session.tool.run(
      session.arguments("login", ["--username", login.username, "--password-stdin", domain]),
      stdin: Array(login.password.utf8))
    try Task.checkCancellation()
    guard !output.status.isSuccess else { return }
    let cause = RegistryError.cause(output.stderrText)
    if ["invalid username/password", "unauthorized", "401"].contains(where: { cause.contains($0) }) {
      throw EngineError(.unauthorized, "login attempt to \(domain)/v2/ failed with status: 401 Unauthorized")
    }
    throw EngineError(.system, cause)
  }

  /// Maps Docker Hub's host names to `docker.io`.
  static func domain(ofServer server: String) -> String {
    var rest = server[...]
    if let mark = rest.firstRange(of: "://") { rest = rest[mark.upperBound...] }
    let host = rest.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    return ["", "index.docker.io", "registry-1.docker.io"].contains(host) ? ImageReference.defaultDomain : host
  }
}
