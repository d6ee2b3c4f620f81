internal import NIOHTTP1

/// A method, a template of a path, and what answers it.
struct Route: Sendable {
  /// `/containers/{id}/json`; `{name:.*}` also catches slashes and stands at most once in a template.
  let template: String
  let method: HTTPMethod
  let body: Acceptance.BodyPolicy
  /// It knows what to do with `plan=1`; any other that changes something refuses it.
  let plans: Bool
  /// Nobody is served by what is left to do when its client has gone: it is cancelled then, even before it answers.
  let endsWithClient: Bool
  /// What of it is not built, if nothing of it is: it answers with this sentence, and is listed so in
  /// `docs/compatibility.md`.
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

  /// The first word of the template, by which routes are looked up.
  var first: String {
    if case .literal(let word)? = segments.first { word } else { "" }
  }

  /// What the template catches of a path; `nil` when it does not fit.
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
