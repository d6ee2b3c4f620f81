/// Why one endpoint can or cannot reach another, step by step, and what to do.
public struct Explanation: Sendable, Hashable {
  public enum Mark: String, Sendable, Hashable {
    /// The packet passes here.
    case passes
    /// The packet stops here.
    case fails
    /// The packet passes, with a remark.
    case remark
  }

  public struct Step: Sendable, Hashable {
    public var mark: Mark
    /// One sentence.
    public var text: String
    /// The evidence: an address, a rule, a route. May be empty.
    public var fact: String

    public init(_ mark: Mark, _ text: String, _ fact: String = "") {
      self.mark = mark
      self.text = text
      self.fact = fact
    }
  }

  /// A way to solve the problem.
  public struct Advice: Sendable, Hashable {
    public var text: String
    /// The command, if there is one.
    public var command: String?

    public init(_ text: String, _ command: String? = nil) {
      self.text = text
      self.command = command
    }
  }

  public var from: String
  public var to: String
  public var isReachable: Bool
  /// What the engine cannot know. The verdict assumes that each of these lets the packet pass.
  public var unknowns: [String]
  public var verdict: String
  public var steps: [Step]
  public var advice: [Advice]
}
