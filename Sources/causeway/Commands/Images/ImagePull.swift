import EngineAPI
import EngineClient

/// Fetches an image from where its name says, with the login that is kept for that registry.
struct ImagePull: Sendable {
  let engine: EngineSession
  let configuration: ClientConfiguration
  let platform: String?
  let isQuiet: Bool

  /// - Parameter allTags: the whole repository.
  func pull(_ image: String, allTags: Bool = false, to output: Descriptor) async throws {
    let (repository, tag) = ImageReference.parts(image)
    var query: EngineSession.Query = [("fromImage", repository)]
    if !allTags { query.append(("tag", tag)) }
    if let platform { query.append(("platform", platform)) }
    let login = try await RegistryCredentials(configuration: configuration)
      .login(for: RegistryCredentials.server(ofImage: image))
    let chunks = try await engine.stream(
      .post, "/images/create", query, headers: [("X-Registry-Auth", login.header)])
    var progress = ProgressPrinter(output: output, isQuiet: isQuiet)
    try await progress.print(chunks)
  }
}
