internal import NIOHTTP1

/// A method, a path template, and the request handler.
struct Route: Sendable {
  /// `/containers/{id}/json`; `{name:.*}` also matches slashes; a template has at most one.
  let template: String
  let method: HTTPMethod
  let body: Acceptance.BodyPolicy
  /// It supports `plan=1`; every other changing route refuses it.
  let plans: Bool
  /// The request handler is cancelled when the client disconnects, even before it answers.
  let endsWithClient: Bool
  /// The message of a route that is not implemented; `docs/compatibility.md` lists it, too.
  let refusal: String?
  let handler: @Sendable (ServerRequest) async throws -> ServerResponse
  private let segments: [Segment]

  private enum Segment: Sendable, Hashable {
    case literal(String)
    case one(String)
    case many(String)
  }

  init(
    _ method: HTTPMethod, _ template: String, body: Acceptance.BodyPolicy = .collected, plans: Bool = false,
    endsWithClient: Bool = false, refusal: String? = nil,
    _ handler: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
  ) {
    self.method = method
    self.template = template
    self.body = body
    self.plans = plans
    self.endsWithClient = endsWithClient
    self.refusal = refusal
    self.handler = handler
    segments = template.split(separator: "/").map { piece in
      guard piece.hasPrefix("{") else { return .literal(String(piece)) }
      let name = piece.dropFirst().dropLast()
      return name.hasSuffix(":.*") ? .many(String(name.dropLast(3))) : .one(String(name))
    }
  }

  /// The first segment of the template, the key of the lookup.
  var first: String {
    if case .literal(let word)? = segments.first { word } else { "" }
  }

  /// The parameters that the template matches in a path; `nil` when the path does not match.
  func match(_ path: [Substring]) -> [String: String]? {
    var caught: [String: String] = [:]
    var position = 0
    for (index, segment) in segments.enumerated() {
      switch segment {
      case .literal(let word):
        guard position < path.count, path[position] == word else { return nil }
        position += 1
      case .one(let name):
        guard position < path.count, !path[position].isEmpty else { return nil }
        caught[name] = String(path[position])
        position += 1
      case .many(let name):
        let end = path.count - (segments.count - index - 1)
        guard end > position else { return nil }
        let value = path[position..<end].joined(separator: "/")
        guard !value.isEmpty else { return nil }
        caught[name] = value
        position = end
      }
    }
    return position == path.count ? caught : nil
  }
}
