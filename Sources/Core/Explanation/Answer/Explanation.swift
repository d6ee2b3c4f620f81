/// Why somebody can or cannot reach somebody else, step by step, and what to do.
public struct Explanation: Sendable, Hashable {
  public enum Mark: String, Sendable, Hashable {
    /// It is as it has to be.
    case passes
    /// Here it ends.
    case fails
    /// It goes on, but this is worth knowing.
    case remark
  }

  public struct Step: Sendable, Hashable {
    public var mark: Mark
    /// One sentence in plain words.
    public var text: String
    /// What it rests on; may be empty.
    public var fact: String

    public init(_ mark: Mark, _ text: String, _ fact: String = "") {
      self.mark = mark
      self.text = text
      self.fact = fact
    }
  }

  /// What to do.
  public struct Advice: Sendable, Hashable {
    public var text: String
    /// The very words, where a command does it.
    public var command: String?

    public init(_ text: String, _ command: String? = nil) {
      self.text = text
      self.command = command
    }
  }

  public var from: String
  public var to: String
  public var isReachable: Bool
  /// What decides and cannot be known here: then the verdict holds if these are as they should be.
  public var unknowns: [String]
  public var verdict: String
  public var steps: [Step]
  public var advice: [Advice]
}
