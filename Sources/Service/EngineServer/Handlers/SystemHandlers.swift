internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1
import JSON

/// The engine as a whole: ping, version, information, events.
struct SystemHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/_ping", ping),
      Route(.HEAD, "/_ping", ping),
      Route(.GET, "/version", version),
      Route(.GET, "/info", info),
      Route(.GET, "/events", events),
      Route(.GET, "/system/df", diskUsage),
    ]
  }

  private func ping(_ request: ServerRequest) async throws -> ServerResponse {
    let headers: HTTPHeaders = [
      "Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache", "Swarm": "inactive",
      "Builder-Version": "1",
      "Content-Type": "text/plain; charset=utf-8",
    ]
    guard request.method != .HEAD else {
      var headers = headers
      headers.add(name: "Content-Length", value: "0")
      return ServerResponse(.ok, headers: headers)
    }
    return ServerResponse(.ok, headers: headers, body: .bytes(Array("OK".utf8)))
  }

  private func version(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(Wire.SystemVersion(await engine.information()))
  }

  private func info(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(Wire.SystemInfo(await engine.information(), engine.configuration))
  }

  private func diskUsage(_ request: ServerRequest) async throws -> ServerResponse {
    let types = request.query.all("type")
    let kinds = try types.map { type throws(EngineError) in
      guard let kind = DiskUsage.Kind(rawValue: type) else {
        throw EngineError(.invalidParameter, "unknown object type: \(type)")
      }
      return kind
    }
    let usage = try await engine.diskUsage(of: kinds.isEmpty ? Set(DiskUsage.Kind.allCases) : Set(kinds))
    let version = request.version
    let verbose = request.query.flag("verbose")
    guard version >= APIVersion(1, 52) else { return try .json(Wire.LegacyDiskUsage(usage, version)) }
    let shown = Wire.DiskUsage(usage, version, verbose: verbose)
    // Version 1.52 answers with both, for clients that change from one to the other.
    guard version < APIVersion(1, 53), !verbose else { return try .json(shown) }
    let (new, old) = (try JSONEncoding.value(shown), try JSONEncoding.value(Wire.LegacyDiskUsage(usage, version)))
    guard case .object(let members) = new, case .object(let legacy) = old else { return try .json(shown) }
    return .json(.object(members + legacy))
  }

  private func events(_ request: ServerRequest) async throws -> ServerResponse {
    let (since, until) = (try request.time("since"), try request.time("until"))
    if let since, let until, until < since {
      throw EngineError(.invalidParameter, "`since` time (\(since)) cannot be after `until` time (\(until))")
    }
    let events = try await engine.events(since: since, until: until, filters: try request.filters())
    let version = request.version
    let format = EventFormat(accept: request.headers[canonicalForm: "accept"].map(String.init), version: version)
    return ServerResponse(
      .ok, headers: ["Content-Type": format.mediaType],
      body: .stream { writer in
        for await event in events {
          if format == .sequence { try await writer.write([0x1E]) }
          try await writer.line(Wire.Event(event, version: version))
        }
      })
  }
}
