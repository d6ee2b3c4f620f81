internal import Engine
internal import EngineModel

extension ImageHandlers {
  /// Errors that are known before the transfer, such as a missing image, become an HTTP status and not a line of
  /// progress.
  func pull(_ name: String, _ request: ServerRequest) async throws -> ServerResponse {
    let tag = request.query["tag"] ?? ""
    let reference = try ImageReference(tag.isEmpty ? name : name + (tag.contains(":") ? "@" : ":") + tag)
    let (login, platform) = (try request.registryLogin, try request.requestedPlatform)
    let engine = engine
    if reference.tag == nil, reference.digest == nil {
      let tags = try await engine.remoteTags(of: reference, login: login)
      return .transfer { report in
        var isNew = false
        for tag in tags {
          let pull = try await engine.beginPull(reference.tagged(tag), platform: platform, login: login)
          if try await engine.pullImage(pull, report: report) { isNew = true }
        }
        report(.outcome(isNew: isNew, reference.familiarName))
      }
    }
    let pull = try await engine.beginPull(reference, platform: platform, login: login)
    return .transfer { report in
      let isNew = try await engine.pullImage(pull, report: report)
      report(.outcome(isNew: isNew, reference.familiar))
    }
  }
}
