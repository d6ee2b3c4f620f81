import TestHosts
import Testing

/// One step of a guide: usually a command and a claim about it.
struct Step: Sendable, CustomTestStringConvertible {
  /// The command in the guide; `nil` for a claim without one.
  let command: String?
  /// The guide's claim.
  let claim: String
  let perform: @Sendable (Lesson) async throws -> Void

  var testDescription: String { command.map { "\($0) (\(claim))" } ?? claim }

  /// A command that must succeed, and the check of its claim.
  ///
  /// - Parameters:
  ///   - placing: the values of the guide's placeholders.
  ///   - typing: the input to type.
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

  /// A claim that is checked without a command of the guide.
  init(claim: String, perform: @escaping @Sendable (Lesson) async throws -> Void) {
    self.init(by: nil, claim, perform: perform)
  }

  /// A command that is not run to its end.
  init(by command: String?, _ claim: String, perform: @escaping @Sendable (Lesson) async throws -> Void) {
    self.command = command
    self.claim = claim
    self.perform = perform
  }
}
