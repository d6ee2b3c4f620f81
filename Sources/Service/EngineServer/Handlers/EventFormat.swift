internal import EngineAPI

/// How `GET /events` separates its JSON values.
enum EventFormat: Sendable, Hashable {
  /// Lines, under the media type of older versions.
  case json
  /// JSON Lines, since version 1.53.
  case jsonLines
  /// Newline-delimited JSON, since version 1.52.
  case newlineDelimited
  /// A record separator before each value (RFC 7464), since version 1.52.
  case sequence

  /// - Parameter accept: the media types of the `Accept` header, in the client's order; their weights are ignored.
  init(accept: [String], version: APIVersion) {
    for type in accept {
      switch type.split(separator: ";").first.map(String.init) {
      case "application/jsonl" where version >= APIVersion(1, 53): self = .jsonLines
      case "application/x-ndjson" where version >= APIVersion(1, 52): self = .newlineDelimited
      case "application/json-seq" where version >= APIVersion(1, 52): self = .sequence
      case "application/json": self = .json
      default: continue
      }
      return
    }
    self = .json
  }

  var mediaType: String {
    switch self {
    case .json: "application/json"
    case .jsonLines: "application/jsonl"
    case .newlineDelimited: "application/x-ndjson"
    case .sequence: "application/json-seq"
    }
  }
}
