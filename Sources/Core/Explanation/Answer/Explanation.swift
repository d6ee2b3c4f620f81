/// Why one endpoint can or cannot reach another, step by step, and what to do.
package struct Explanation: Sendable, Hashable {
  package enum Mark: String, Sendable, Hashable {
    /// The packet passes here.
    case passes
    /// The packet stops here.
    case fails
    /// The packet passes, with a remark.
    case remark
  }

  package struct Step: Sendable, Hashable {
    package var mark: Mark
    /// One sentence.
    package var text: String
    /// The evidence: an address, a rule, a route. May be empty.
    package var fact: String

    package init(_ mark: Mark, _ text: String, _ fact: String = "") {
      self.mark = mark
      self.text = text
      self.fact = fact
    }
  }

  /// A way to solve the problem.
  package struct Advice: Sendable, Hashable {
    package var text: String
    /// The command, if there is one.
    package var command: String?

    package init(_ text: String, _ command: String? = nil) {
      self.text = text
      self.command = command
    }
  }

  package var from: String
  package var to: String
  package var isReachable: Bool
  /// What the engine cannot know. The verdict assumes that each of these lets the packet pass.
  package var unknowns: [String]
  package var verdict: String
  package var steps: [Step]
  package var advice: [Advice]
}
