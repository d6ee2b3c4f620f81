import EngineModel
public import Images

extension Engine {
  /// Asks a registry what is behind a name: nothing has changed here yet.
  ///
  /// - Parameter platform: `nil`: this host's.
  /// - Throws: `notFound` in Docker's words; `unavailable` when skopeo is not installed.
  public func beginPull(
    _ reference: ImageReference, platform: WishedPlatform? = nil, login: RegistryLogin = RegistryLogin()
  ) async throws -> ImagePull {
    try await imageStore().beginPull(reference, platform: platform, login: login)
  }

  /// Fetches what was asked for.
  public func pullImage(_ pull: ImagePull, report: @escaping TransferReport) async throws -> PullResult {
    let result = try await imageStore().pull(pull, report: report)
    emit(.image, "pull", pull.name, ["name": pull.repository])
    return result
  }
}

extension Engine {
  /// Sends an image, or all of a repository, to its registry.
  public func pushImage(
    _ reference: ImageReference, platform: WishedPlatform? = nil, login: RegistryLogin = RegistryLogin(),
    report: @escaping TransferReport
  ) async throws {
    try await imageStore().push(reference, platform: platform, login: login, report: report)
    emit(.image, "push", reference.familiar, ["name": reference.familiarName])
  }
}
