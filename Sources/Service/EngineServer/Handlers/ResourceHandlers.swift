internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// Resource use and resource limits.
struct ResourceHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/containers/{id}/stats", stats),
      Route(.POST, "/containers/{id}/update", update),
    ]
  }

  /// One line each second until the container is removed or the client disconnects. Without `stream` one line, from two
  /// samples a second apart, which CPU shares need; `one-shot` takes one sample.
  private func stats(_ request: ServerRequest) async throws -> ServerResponse {
    let streams = request.query.flag("stream", default: true)
    let isOneShot = request.query.flag("one-shot")
    guard !streams || !isOneShot else {
      throw EngineError(.invalidParameter, "cannot have stream=true and one-shot=true")
    }
    let first = try await engine.usage(request["id"])
    let id = first.container.rawValue
    guard streams else {
      if isOneShot || first.usage == nil {
        return try .json(Wire.Stats(first, previous: nil, version: request.version))
      }
      try await Task.sleep(for: .seconds(1))
      return try .json(Wire.Stats(await engine.usage(id), previous: first, version: request.version))
    }
    return ServerResponse(
      .ok, headers: ["Content-Type": "application/json"],
      body: .stream { [engine] writer in
        try await writer.line(Wire.Stats(first, previous: nil, version: request.version))
        var previous = first
        while true {
          try await Task.sleep(for: .seconds(1))
          // The container was removed.
          guard let sample = try? await engine.usage(id) else { return }
          try await writer.line(Wire.Stats(sample, previous: previous, version: request.version))
          previous = sample
        }
      })
  }

  private func update(_ request: ServerRequest) async throws -> ServerResponse {
    let (body, unknown) = try request.decodeWithWarnings(Wire.HostConfig.self)
    let (wish, ignored) = try body.update()
    var answer = Wire.UpdateResponse()
    let warnings = unknown + ignored + (try await engine.updateContainer(request["id"], wish))
    answer.Warnings = warnings.isEmpty ? nil : warnings
    return try .json(answer)
  }
}
