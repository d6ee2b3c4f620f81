import Addressing
import EngineModel

/// Follows one packet from origin to target, and its reply back, through links, routes and chains as the kernel does.
/// It records each step and stops where the packet stops.
///
/// A pure value over ``PathFacts``. It throws ``Stop/needs(_:)`` for a missing fact; the caller adds the fact and
/// repeats.
struct PathWalk {
  enum Stop: Error, Sendable, Hashable {
    /// The packet stops here. The value is the reason, for the verdict.
    case failed(String)
    case needs(PathFacts.MissingFact)
  }

  /// A hook that the packet passed; the reply must pass it as well.
  struct EvaluatedHook: Sendable, Hashable {
    let hook: String
    let packet: Packet
  }

  let facts: PathFacts
  let request: PathRequest
  /// Origin and target, for messages.
  let asker: String
  let asked: String
  var steps: [Explanation.Step] = []
  var advice: [Explanation.Advice] = []
  var unknowns: [String] = []
  var evaluatedHooks: [EvaluatedHook] = []
  /// The host translated the destination.
  var wasTranslated = false
  /// The packet was translated and stayed on the bridge; so does the reply.
  var staysOnBridge = false

  init(_ facts: PathFacts, _ request: PathRequest, asker: String, asked: String) {
    self.facts = facts
    self.request = request
    self.asker = asker
    self.asked = asked
  }

  // MARK: Steps

  mutating func pass(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.passes, text, fact)) }

  mutating func remark(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.remark, text, fact)) }

  mutating func advise(_ text: String, _ command: String? = nil) {
    let new = Explanation.Advice(text, command)
    if !advice.contains(new) { advice.append(new) }
  }

  /// Records the step at which the packet stops.
  mutating func fail(_ text: String, _ fact: String = "", because reason: String? = nil) -> Stop {
    steps.append(Explanation.Step(.fails, text, fact))
    return .failed(reason ?? text)
  }

  /// Records that something unknown decides here.
  mutating func noteUnknown(_ what: String, _ text: String, _ fact: String = "") {
    if !unknowns.contains(what) { unknowns.append(what) }
    remark(text, fact)
  }

  // MARK: Facts

  func inside(_ id: ContainerID) throws(Stop) -> NamespaceFacts {
    guard let known = facts.sandboxes[id] else { throw .needs(.sandbox(id)) }
    return known
  }

  /// The tables that packets pass on the host, the engine's last.
  var hostTables: [RuleTable] { facts.host.tables + facts.own }

  /// Port and protocol, or `ping`.
  var probeText: String { request.transportPort.map { "\($0)" } ?? "ping" }

  /// Evaluates the filter chains of a hook.
  ///
  /// - Parameter who: the owner of the namespace, for messages.
  mutating func ask(
    _ tables: [RuleTable], _ hook: String, about packet: Packet, of who: String = "this host"
  ) throws(Stop) {
    for table in tables {
      switch table.evaluate(hook, "filter", on: packet).verdict {
      case .passes: break
      case .drops(let rule): throw refuse(rule, packet, of: who)
      case .depends(let rule):
        noteUnknown(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "whether the firewall of \(who) accepts the packet is unknown: one of its rules has a condition that cannot be checked here",
          rule.fullText)
      }
    }
    if hook != "prerouting" { evaluatedHooks.append(EvaluatedHook(hook: hook, packet: packet)) }
  }
}
