import TestHosts
import Testing

/// One thing that a guide says: mostly a command, and what it claims about it.
struct Step: Sendable, CustomTestStringConvertible {
  /// As it stands in the guide; `nil` for a claim that comes without one.
  let command: String?
  /// What the guide says about it, in our words.
  let claim: String
  let perform: @Sendable (Lesson) async throws -> Void

  var testDescription: String { command.map { "\($0) (\(claim))" } ?? claim }

  /// A command that must succeed, and the check of what it claims.
  ///
  /// - Parameters:
  ///   - placing: what stands for the guide's placeholders.
  ///   - typing: what is typed into it.
  init(
    _ command: String, _ claim: String, placing: [String: String] = [:], typing: String? = nil,
    check: @escaping @Sendable (Lesson, CommandOutput) async throws -> Void = { _, _ in }
  ) {
    self.command = command
    self.claim = claim
    var words = command
    for (placeholder, value) in placing { words = words.replacing(placeholder, with: value) }
    let typed = words
    perform = { lesson in try await check(lesson, lesson.run(typed, stdin: typing).succeeded()) }
  }

  /// A claim, shown in our own way.
  init(claim: String, perform: @escaping @Sendable (Lesson) async throws -> Void) {
    self.init(by: nil, claim, perform: perform)
  }

  /// A command that is not simply run to its end.
  init(by command: String?, _ claim: String, perform: @escaping @Sendable (Lesson) async throws -> Void) {
    self.command = command
    self.claim = claim
    self.perform = perform
  }
}
