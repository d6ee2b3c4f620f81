package import Addressing

/// The chain `DOCKER-USER`, which Docker evaluates before its own rules and leaves to other programs. Docker's rules drop
/// forwarded packets of unknown bridges, and with `br_netfilter` even packets between two containers on one bridge. So the
/// engine adds rules that accept packets of its bridges. Its rules have a comment, and come after the administrator's.
package enum DockerUserChain {
  package static let name = "DOCKER-USER"
  static let comment = "causeway"

  /// The iptables calls, in order, that make the chain accept exactly these bridges; empty if it does already.
  ///
  /// - Parameters:
  ///   - listing: the output of `iptables -S DOCKER-USER`.
  ///   - bridges: all bridges of this engine. Those with names that the engine chose share one rule.
  package static func changes(from listing: String, for bridges: Set<InterfaceName>) -> [[String]] {
    let rules = listing.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { $0.starts(with: ["-A", name]) }.map { Array($0.dropFirst(2)) }
    let wanted = patterns(bridges).flatMap { pattern in
      ["-i", "-o"].map { [$0, pattern, "-m", "comment", "--comment", comment, "-j", "ACCEPT"] }
    }
    let present = rules.filter { rule in
      rule.firstIndex(of: "--comment").map { rule[($0 + 1)...].first == comment } ?? false
    }
    let obsolete = present.filter { !wanted.contains($0) }
    let missing = wanted.filter { !present.contains($0) }
    // Older versions of Docker end the chain with a rule that returns.
    let position = rules.last == ["-j", "RETURN"] ? rules.count - obsolete.count : nil
    return obsolete.map { ["-D", name] + $0 }
      + missing.enumerated().map { index, rule in
        if let position { ["-I", name, "\(position + index)"] + rule } else { ["-A", name] + rule }
      }
  }

  private static func patterns(_ bridges: Set<InterfaceName>) -> [String] {
    let own = bridges.map(\.rawValue).filter { !$0.hasPrefix(BridgeDriver.namePrefix) }
    return ["\(BridgeDriver.namePrefix)+"] + own.sorted()
  }
}
