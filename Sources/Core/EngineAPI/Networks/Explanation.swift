extension Wire {
  /// The answer of `GET /causeway/v1/explain`, which is not part of Docker's API: why one party can or cannot reach
  /// another.
  package struct Explanation: Codable, Sendable, Hashable {
    package var From = ""
    package var To = ""
    package var Reachable = false
    /// One sentence.
    package var Verdict = ""
    package var Steps: [ExplanationStep] = []
    /// Conditions that this host cannot check. The verdict assumes that they hold.
    package var Unknowns: [String] = []
    package var Advice: [ExplanationAdvice] = []
    package init() {}
  }

  package struct ExplanationStep: Codable, Sendable, Hashable {
    /// `passes`, `fails`, or `remark`.
    package var Mark = ""
    package var Text = ""
    /// The evidence; may be empty.
    package var Fact = ""
    package init() {}
  }

  package struct ExplanationAdvice: Codable, Sendable, Hashable {
    package var Text = ""
    /// The shell command that does it; empty when there is none.
    package var Command = ""
    package init() {}
  }
}
