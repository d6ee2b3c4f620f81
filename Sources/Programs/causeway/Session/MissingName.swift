/// The name of a missing object, read from the engine's error message.
struct MissingName: Equatable, Sendable {
  let kind: CompletionKind
  let name: String

  /// `nil` when the response is about something else.
  init?(_ response: EngineErrorResponse) {
    guard response.status == 404 else { return nil }
    let message = response.message
    func rest(after words: String) -> String? {
      message.firstRange(of: words).map { String(message[$0.upperBound...].prefix { !$0.isWhitespace }) }
    }
    if let name = rest(after: "No such container: ") {
      (kind, self.name) = (.containers(), name)
    } else if let name = rest(after: "No such image: ") ?? rest(after: "No such image ") {
      (kind, self.name) = (.images, name.hasSuffix(":latest") ? String(name.dropLast(7)) : name)
    } else if message.hasPrefix("network "), message.hasSuffix(" not found") {
      (kind, name) = (.networks, String(message.dropFirst(8).dropLast(10)))
    } else if message.hasPrefix("get "), message.contains(": no such volume") {
      (kind, name) = (.volumes, String(message.dropFirst(4).prefix { $0 != ":" }))
    } else {
      return nil
    }
  }
}
