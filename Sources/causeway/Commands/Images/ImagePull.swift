import EngineAPI
import EngineClient

/// Fetches an image from where its name says.
struct ImagePull: Sendable {
  let engine: EngineSession
  let platform: String?
  let isQuiet: Bool

  func pull(_ image: String, to output: Descriptor) async throws {
    let (repository, tag) = ImageReference.parts(image)
    var query: EngineSession.Query = [("fromImage", repository), ("tag", tag)]
    if let platform { query.append(("platform", platform)) }
    let chunks = try await engine.stream(.post, "/images/create", query)
    var progress = ProgressPrinter(output: output, isQuiet: isQuiet)
    try await progress.print(chunks)
  }
}
