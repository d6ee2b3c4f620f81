import Addressing

/// Identifies a rule in messages.
package struct RuleName: Sendable, Hashable {
  /// `inet causeway forward`.
  package let chain: String
  package let text: String
  /// The rule's comment.
  package let comment: String

  /// For messages.
  package var fullText: String { "\(chain): \(text)" }
}

/// What a table's chains at one hook do with a packet.
struct RuleEvaluation: Sendable, Hashable {
  enum Verdict: Sendable, Hashable {
    /// The rule that accepts it; `nil` if no rule decides.
    case passes(RuleName?)
    case drops(RuleName)
    /// The verdict depends on an unknown condition of this rule.
    case uncertain(RuleName)
  }

  enum Translation: Sendable, Hashable {
    case destination(Packet.Destination)
    case source(IPAddress)
    case masquerade
  }

  var verdict: Verdict
  var translation: Translation?
}

extension RuleTable {
  /// - Parameters:
  ///   - hook: `prerouting`, `forward` …
  ///   - type: `filter` or `nat`.
  func evaluate(_ hook: String, _ type: String, on packet: Packet) -> RuleEvaluation {
    var result = RuleEvaluation(verdict: .passes(nil))
    guard applies(to: packet) else { return result }
    for chain in chains where chain.base?.hook == hook && chain.base?.type == type {
      var traversal = ChainTraversal(table: self, packet: packet)
      result.verdict = traversal.verdict(of: chain)
      result.translation = result.translation ?? traversal.translation
      guard case .passes = result.verdict else { return result }
    }
    return result
  }
}
