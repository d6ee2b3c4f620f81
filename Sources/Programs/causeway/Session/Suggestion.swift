import EngineAPI
import EngineClient
import EngineModel

/// Names near the one that was typed, for messages that say it is not there.
enum Suggestion {
  /// `Did you mean …?`; `nil` when nothing is near.
  static func sentence(_ name: String, among known: [String]) -> String? {
    let near = NearNames.near(name, among: known).map { "'\($0)'" }
    guard let last = near.last else { return nil }
    return "Did you mean \(near.count == 1 ? last : near.dropLast().joined(separator: ", ") + " or " + last)?"
  }
}

/// What an engine says is not there, read out of its message.
struct MissingName: Equatable, Sendable {
  let kind: CompletionKind
  let name: String

  /// `nil` when the refusal is about something else.
  init?(_ refusal: EngineRefusal) {
    guard refusal.status == 404 else { return nil }
    let message = refusal.message
    func rest(after words: String) -> String? {
      message.firstRange(ofText: words).map { String(message[$0.upperBound...].prefix { !$0.isWhitespace }) }
    }
    if let name = rest(after: "No such container: ") {
      (kind, self.name) = (.containers(), name)
    } else if let name = rest(after: "No such image: ") ?? rest(after: "No such image ") {
      (kind, self.name) = (.images, name.hasSuffix(":latest") ? String(name.dropLast(7)) : name)
    } else if message.hasPrefix("network "), message.hasSuffix(" not found") {
      (kind, name) = (.networks, String(message.dropFirst(8).dropLast(10)))
    } else if message.hasPrefix("get "), message.firstRange(ofText: ": no such volume") != nil {
      (kind, name) = (.volumes, String(message.dropFirst(4).prefix { $0 != ":" }))
    } else {
      return nil
    }
  }
}

extension Invocation {
  /// The engine's words, and names near the one that it does not know.
  func explained(_ refusal: EngineRefusal) async -> String {
    let said = "Error response from daemon: \(refusal.message)"
    guard let missing = MissingName(refusal) else { return said }
    let known = await CompletionNames(invocation: self).all(missing.kind).map(\.word)
      .map { missing.kind == .images && $0.hasSuffix(":latest") ? String($0.dropLast(7)) : $0 }
    return Suggestion.sentence(missing.name, among: known).map { "\(said)\n\($0)" } ?? said
  }
}
