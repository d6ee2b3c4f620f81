public import Addressing

/// The chain `DOCKER-USER`, which Docker keeps in front of its own rules for those of others. Where Docker drops what it
/// does not know, and the host sees bridged packets, containers of ours could not even reach their neighbours; so our
/// bridges are let pass there. What is ours carries a comment; the administrator's rules stay in front of it.
public enum DockerUserChain {
  public static let name = "DOCKER-USER"
  static let comment = "causeway"

  /// What is to be done so that the chain lets these bridges pass, and none that are gone: arguments for iptables, a list
  /// for each call, in order. Empty when all is well.
  ///
  /// - Parameters:
  ///   - listing: of `iptables -S DOCKER-USER`.
  ///   - bridges: all of ours; those that have our own names have one rule in common.
  public static func changes(from listing: String, for bridges: Set<InterfaceName>) -> [[String]] {
    let rules = listing.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { $0.starts(with: ["-A", name]) }.map { Array($0.dropFirst(2)) }
    let wanted = patterns(bridges).flatMap { pattern in
      ["-i", "-o"].map { [$0, pattern, "-m", "comment", "--comment", comment, "-j", "ACCEPT"] }
    }
    let present = rules.filter { rule in
      rule.firstIndex(of: "--comment").map { rule[($0 + 1)...].first == comment } ?? false
    }
    let gone = present.filter { !wanted.contains($0) }
    let missing = wanted.filter { !present.contains($0) }
    // Docker used to end the chain with a rule that leads out of it.
    let position = rules.last == ["-j", "RETURN"] ? rules.count - gone.count : nil
    return gone.map { ["-D", name] + $0 }
      + missing.enumerated().map { index, rule in
        if let position { ["-I", name, "\(position + index)"] + rule } else { ["-A", name] + rule }
      }
  }

  private static func patterns(_ bridges: Set<InterfaceName>) -> [String] {
    let own = bridges.map(\.rawValue).filter { !$0.hasPrefix(BridgeDriver.namePrefix) }
    return ["\(BridgeDriver.namePrefix)+"] + own.sorted()
  }
}
