extension Wire {
  /// The answer of `GET /causeway/v1/explain`, which is not part of Docker's API: why one party can or cannot reach
  /// another.
  public struct Explanation: Codable, Sendable, Hashable {
    public var From = ""
    public var To = ""
    public var Reachable = false
    /// One sentence.
    public var Verdict = ""
    public var Steps: [ExplanationStep] = []
    /// Conditions that this host cannot check. The verdict assumes that they hold.
    public var Unknowns: [String] = []
    public var Advice: [ExplanationAdvice] = []
    public init() {}
  }

  public struct ExplanationStep: Codable, Sendable, Hashable {
    /// `passes`, `fails`, or `remark`.
    public var Mark = ""
    public var Text = ""
    /// The evidence; may be empty.
    public var Fact = ""
    public init() {}
  }

  public struct ExplanationAdvice: Codable, Sendable, Hashable {
    public var Text = ""
    /// The shell command that does it; empty when there is none.
    public var Command = ""
    public init() {}
  }
}
