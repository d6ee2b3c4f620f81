internal import Engine
internal import NIOHTTP1

/// `/causeway/v1`: endpoints that Docker's API does not have, with a version of their own.
struct DriftHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [Route(.GET, "/causeway/v1/plan", plan)]
  }

  /// The difference between the observed and the desired state of the host's network.
  private func plan(_ request: ServerRequest) async throws -> ServerResponse {
    try .plan(await engine.planReconciliation())
  }
}
