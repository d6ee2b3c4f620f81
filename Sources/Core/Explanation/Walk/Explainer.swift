import Addressing
import EngineModel

/// Explains a path: resolves the target to addresses, follows a packet to each address, and writes the verdict.
package struct Explainer: Sendable {
  /// The result of one pass over the facts.
  package enum Outcome: Sendable {
    case explained(Explanation)
    /// Collect these facts and explain again.
    case incomplete(Set<PathFacts.MissingFact>)
  }

  /// An address of the target.
  struct Candidate: Sendable, Hashable {
    var address: IPAddress
    /// The host port, if it differs from the requested port.
    var port: UInt16?
  }

  let facts: PathFacts
  let request: PathRequest
  /// The steps before the first packet leaves.
  var steps: [Explanation.Step] = []
  var advice: [Explanation.Advice] = []

  package init(_ request: PathRequest, _ facts: PathFacts) {
    self.request = request
    self.facts = facts
  }

  package func explain() -> Outcome {
    var run = self
    do throws(PathWalk.Stop) {
      return try run.run()
    } catch {
      switch error {
      case .missing(let fact): return .incomplete([fact])
      case .failed(let reason): return .explained(run.verdict(reason, steps: [], advice: [], unknowns: []))
      }
    }
  }

  private mutating func run() throws(PathWalk.Stop) -> Outcome {
    let start = try start()
    let candidates = try candidates(from: start)
    var attempts: [(walk: PathWalk, reason: String?)] = []
    var missing: Set<PathFacts.MissingFact> = []
    for candidate in candidates {
      var request = request
      if let port = candidate.port { request.port = port }
      var walk = PathWalk(facts, request, originName: originName, targetName: targetName)
      do throws(PathWalk.Stop) {
        try follow(&walk, from: start, to: candidate.address)
        attempts.append((walk, nil))
      } catch {
        switch error {
        case .missing(let fact): missing.insert(fact)
        case .failed(let reason): attempts.append((walk, reason))
        }
      }
    }
    guard missing.isEmpty else { return .incomplete(missing) }
    // Programs try all addresses in their order. A host outside knows only the first address.
    var isOutside = false
    if case .outside = start { isOutside = true }
    let index = isOutside ? 0 : attempts.firstIndex { $0.reason == nil } ?? 0
    guard attempts.indices.contains(index) else { throw fail("there is nothing to try") }
    let chosen = attempts[index]
    var others: [Explanation.Step] = []
    for (other, candidate) in zip(attempts, candidates).enumerated().filter({ $0.offset != index }).map(\.element) {
      let outcome = other.reason.map { "not reachable, \($0)" } ?? "also reachable"
      others.append(Explanation.Step(.remark, "by \(candidate.address): \(outcome)"))
    }
    return .explained(
      verdict(
        chosen.reason, steps: chosen.walk.steps + others, advice: chosen.walk.advice, unknowns: chosen.walk.unknowns))
  }

  /// Follows a packet from the start to one address.
  private func follow(_ walk: inout PathWalk, from start: Start, to address: IPAddress) throws(PathWalk.Stop) {
    switch start {
    case .sandbox(let id): try walk.leaveSandbox(id, to: address)
    case .host: try walk.leaveFromHost(to: address)
    case .outside(let source, let link):
      let sender =
        source.family == address.family ? source : outsideAddress(address.family, by: link) ?? .any(address.family)
      try walk.enterFromOutside(sender, by: link, to: address)
    }
  }

  // MARK: Text

  mutating func pass(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.passes, text, fact)) }

  mutating func remark(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.remark, text, fact)) }

  mutating func advise(_ text: String, _ command: String? = nil) {
    let new = Explanation.Advice(text, command)
    if !advice.contains(new) { advice.append(new) }
  }

  mutating func fail(_ text: String, _ fact: String = "", because reason: String? = nil) -> PathWalk.Stop {
    steps.append(Explanation.Step(.fails, text, fact))
    return .failed(reason ?? text)
  }

  /// The origin, as messages name it.
  var originName: String {
    switch request.origin {
    case .host: "this host"
    case .container(let id): facts.name(id)
    case .outside(let address?, _): "\(address)"
    case .outside(nil, _): "the outside"
    }
  }

  /// The target without the port, as messages name it.
  var targetName: String {
    switch request.target {
    case .host: "host"
    case .outside: "outside"
    case .address(let address): "\(address)"
    case .name(let name): name
    }
  }

  /// The target with the port.
  private var targetText: String {
    let name =
      switch request.target {
      case .host: "this host"
      case .outside: "the outside"
      case .address, .name: targetName
      }
    guard let port = request.transportPort else { return name }
    let bracketed = name.contains(":") ? "[\(name)]" : name
    return "\(bracketed):\(port.shortText)"
  }

  private func verdict(
    _ reason: String?, steps more: [Explanation.Step], advice wanted: [Explanation.Advice], unknowns: [String]
  ) -> Explanation {
    let drift = facts.drift.flatMap { drift -> [Explanation.Step] in
      let fact =
        (drift.changes.first ?? "") + (drift.changes.count > 1 ? ", and \(drift.changes.count - 1) more" : "")
      let repair = drift.healsItself ? "the engine is repairing it" : "the engine does not repair it by itself"
      return [Explanation.Step(.remark, "\(drift.subject) differs from its desired state: \(repair)", fact)]
    }
    var advice = advice + wanted
    if !facts.drift.isEmpty {
      advice.append(Explanation.Advice("list the differences from the desired state", "causeway plan"))
    }
    if facts.drift.contains(where: { !$0.healsItself }) {
      advice.append(Explanation.Advice("restart the engine, which repairs everything", "systemctl restart causeway"))
    }
    var text = "\(originName) \(reason == nil ? "reaches" : "cannot reach") \(targetText)"
    if let reason {
      text += ": \(reason)"
    }
    if !unknowns.isEmpty { text += ", as far as can be known here" }
    var seen: Set<Explanation.Advice> = []
    return Explanation(
      from: request.from, to: request.to, isReachable: reason == nil, unknowns: unknowns, verdict: text,
      steps: drift + steps + more,
      advice: reason == nil && facts.drift.isEmpty ? [] : advice.filter { seen.insert($0).inserted })
  }
}
