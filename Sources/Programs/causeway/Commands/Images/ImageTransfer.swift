import EngineAPI
import EngineClient

/// Pulls and pushes images with the stored login of their registry.
struct ImageTransfer: Sendable {
  let engine: EngineSession
  let configuration: ClientConfiguration
  var platform: String?
  let isQuiet: Bool

  /// - Parameter allTags: whether all tags of the repository are pulled.
  func pull(_ image: String, allTags: Bool = false, to output: Descriptor) async throws {
    let (repository, tag) = ImageReference.parts(image)
    var query: EngineSession.Query = [("fromImage", repository)]
    if !allTags { query.append(("tag", tag)) }
    if let platform { query.append(("platform", platform)) }
    try await begin("/images/create", query, image, output)
  }

  /// - Parameter allTags: whether all local tags of the repository are pushed.
  func push(_ image: String, allTags: Bool = false, to output: Descriptor) async throws {
    let (repository, tag) = ImageReference.parts(image)
    var query: EngineSession.Query = []
    if !allTags { query.append(("tag", tag)) }
    if let platform { query.append(("platform", PlatformText.json(platform))) }
    try await begin("/images/\(repository)/push", query, image, output)
  }

  private func begin(_ path: String, _ query: EngineSession.Query, _ image: String, _ output: Descriptor) async throws {
    let login = try await RegistryCredentials(configuration: configuration)
      .login(for: RegistryCredentials.server(ofImage: image))
    let chunks = try await engine.stream(.post, path, query, headers: [("X-Registry-Auth", login.header)])
    var progress = ProgressPrinter(output: output, isQuiet: isQuiet)
    try await progress.print(chunks)
  }
}
