internal import Engine
internal import NIOHTTP1

/// `/causeway/v1`: what Docker's API has no word for, with a version of its own.
struct RepairHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [Route(.GET, "/causeway/v1/plan", plan)]
  }

  /// What differs between the host's network and what should be.
  private func plan(_ request: ServerRequest) async throws -> ServerResponse {
    try .plan(await engine.planRepair())
  }
}
