extension Wire {
  /// The answer of `GET /causeway/v1/explain`, which is ours: why somebody can or cannot reach somebody else.
  public struct Explanation: Codable, Sendable, Hashable {
    public var From = ""
    public var To = ""
    public var Reachable = false
    /// One sentence.
    public var Verdict = ""
    public var Steps: [ExplanationStep] = []
    /// What decides and cannot be known on this host; the verdict holds if these are as they should be.
    public var Unknowns: [String] = []
    public var Advice: [ExplanationAdvice] = []
    public init() {}
  }

  public struct ExplanationStep: Codable, Sendable, Hashable {
    /// `passes`, `fails`, or `remark`.
    public var Mark = ""
    public var Text = ""
    /// What it rests on; may be empty.
    public var Fact = ""
    public init() {}
  }

  public struct ExplanationAdvice: Codable, Sendable, Hashable {
    public var Text = ""
    /// Words for a shell that do it; empty where none do.
    public var Command = ""
    public init() {}
  }
}
