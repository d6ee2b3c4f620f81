import EngineModel

/// Suggests names that are similar to a mistyped one.
enum Suggestion {
  /// `Did you mean …?`; `nil` when no name is similar.
  static func sentence(_ name: String, among known: [String]) -> String? {
    let near = SimilarNames.find(name, among: known).map { "'\($0)'" }
    guard let last = near.last else { return nil }
    return "Did you mean \(near.count == 1 ? last : near.dropLast().joined(separator: ", ") + " or " + last)?"
  }
}

extension Invocation {
  /// The engine's message, with a suggestion when it is about an unknown name.
  func errorText(for response: EngineErrorResponse) async -> String {
    let said = "Error response from daemon: \(response.message)"
    guard let missing = MissingName(response) else { return said }
    let known = await CompletionNames(invocation: self).all(missing.kind).map(\.word)
      .map { missing.kind == .images && $0.hasSuffix(":latest") ? String($0.dropLast(7)) : $0 }
    return Suggestion.sentence(missing.name, among: known).map { "\(said)\n\($0)" } ?? said
  }
}
