import Addressing
import EngineModel

/// Finds out who is meant, has each of the ways walked, and puts it into words.
public struct Explainer: Sendable {
  /// What came of one pass over the facts.
  public enum Outcome: Sendable {
    case explained(Explanation)
    /// To be brought, and asked again.
    case lacking(Set<PathFacts.Need>)
  }

  /// One way to try: the address, and from which of the host's links for somebody outside.
  struct Candidate: Sendable, Hashable {
    var address: IPAddress
    /// Where the port is another than was asked: that of the host.
    var port: UInt16?
  }

  let facts: PathFacts
  let request: PathRequest
  /// Steps before any packet is sent.
  var steps: [Explanation.Step] = []
  var advice: [Explanation.Advice] = []

  public init(_ request: PathRequest, _ facts: PathFacts) {
    self.request = request
    self.facts = facts
  }

  public func explain() -> Outcome {
    var run = self
    do throws(PathWalk.Stop) {
      return try run.run()
    } catch {
      switch error {
      case .needs(let need): return .lacking([need])
      case .failed(let reason): return .explained(run.verdict(reason, steps: [], advice: [], unknowns: []))
      }
    }
  }

  private mutating func run() throws(PathWalk.Stop) -> Outcome {
    let start = try start()
    let candidates = try candidates(from: start)
    var tried: [(walk: PathWalk, reason: String?)] = []
    var needs: Set<PathFacts.Need> = []
    for candidate in candidates {
      var request = request
      if let port = candidate.port { request.port = port }
      var walk = PathWalk(facts, request, asker: askerName, asked: askedName)
      do throws(PathWalk.Stop) {
        try go(&walk, from: start, to: candidate.address)
        tried.append((walk, nil))
      } catch {
        switch error {
        case .needs(let need): needs.insert(need)
        case .failed(let reason): tried.append((walk, reason))
        }
      }
    }
    guard needs.isEmpty else { return .lacking(needs) }
    // Programs try one address after the other. Those outside know one, which is the first.
    var isOutside = false
    if case .outside = start { isOutside = true }
    let index = isOutside ? 0 : tried.firstIndex { $0.reason == nil } ?? 0
    guard tried.indices.contains(index) else { throw fail("there is nothing to try") }
    let chosen = tried[index]
    var others: [Explanation.Step] = []
    for (other, candidate) in zip(tried, candidates).enumerated().filter({ $0.offset != index }).map(\.element) {
      let outcome = other.reason.map { "not reached, \($0)" } ?? "reached, too"
      others.append(Explanation.Step(.remark, "by \(candidate.address): \(outcome)"))
    }
    return .explained(
      verdict(
        chosen.reason, steps: chosen.walk.steps + others, advice: chosen.walk.advice, unknowns: chosen.walk.unknowns))
  }

  private func go(_ walk: inout PathWalk, from start: Start, to address: IPAddress) throws(PathWalk.Stop) {
    switch start {
    case .sandbox(let id): try walk.leaveSandbox(id, to: address)
    case .host: try walk.leaveHostItself(to: address)
    case .outside(let source, let link):
      let own =
        source.family == address.family ? source : outsideAddress(address.family, by: link) ?? .any(address.family)
      try walk.comeFromOutside(own, by: link, to: address)
    }
  }

  // MARK: Words

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

  /// Who asks, for people.
  var askerName: String {
    switch request.origin {
    case .host: "this host"
    case .container(let id): facts.name(id)
    case .outside(let address?, _): "\(address)"
    case .outside(nil, _): "the outside"
    }
  }

  /// Who is asked, without the port.
  var askedName: String {
    switch request.target {
    case .host: "host"
    case .outside: "outside"
    case .address(let address): "\(address)"
    case .name(let name): name
    }
  }

  private var goal: String {
    let name =
      switch request.target {
      case .host: "this host"
      case .outside: "the outside"
      case .address, .name: askedName
      }
    guard let port = request.transportPort else { return name }
    let bracketed = name.contains(":") ? "[\(name)]" : name
    return "\(bracketed):\(port.asked)"
  }

  private func verdict(
    _ reason: String?, steps more: [Explanation.Step], advice wanted: [Explanation.Advice], unknowns: [String]
  ) -> Explanation {
    let damage = facts.damage.flatMap { damage -> [Explanation.Step] in
      let fact =
        (damage.changes.first ?? "") + (damage.changes.count > 1 ? ", and \(damage.changes.count - 1) more" : "")
      let mending = damage.isMended ? "it is being repaired" : "it is not repaired by itself"
      return [Explanation.Step(.remark, "\(damage.subject) is not as it should be: \(mending)", fact)]
    }
    var advice = advice + wanted
    if !facts.damage.isEmpty {
      advice.append(Explanation.Advice("see what differs from what should be", "causeway plan"))
    }
    if facts.damage.contains(where: { !$0.isMended }) {
      advice.append(Explanation.Advice("start the engine anew, which repairs everything", "systemctl restart causeway"))
    }
    var text = "\(askerName) \(reason == nil ? "reaches" : "cannot reach") \(goal)"
    if let reason {
      text += ": \(reason)"
    }
    if !unknowns.isEmpty { text += ", as far as can be known here" }
    var seen: Set<Explanation.Advice> = []
    return Explanation(
      from: request.from, to: request.to, isReachable: reason == nil, unknowns: unknowns, verdict: text,
      steps: damage + steps + more,
      advice: reason == nil && facts.damage.isEmpty ? [] : advice.filter { seen.insert($0).inserted })
  }
}
