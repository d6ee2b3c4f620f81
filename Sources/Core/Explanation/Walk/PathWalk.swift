import Addressing
import EngineModel

/// Follows one packet from the origin to the target, and the reply back, through links, routes and chains as the kernel
/// does. It records each step, and throws ``Stop`` where the packet stops.
///
/// The walk reads ``PathFacts`` and does no I/O. If a fact is missing, it throws ``Stop/missing(_:)``: the caller adds
/// the fact and starts a new walk.
///
/// Each file follows one part of the path:
///
/// | file | part |
/// | --- | --- |
/// | `PathWalk+Sandbox` | the packet leaves a container |
/// | `PathWalk+Segments` | it crosses a bridge, or the segment of a parent link |
/// | `PathWalk+Host` | it arrives at the host, which translates and forwards it |
/// | `PathWalk+HostOutput` | it leaves the host |
/// | `PathWalk+HostDelivery` | a program of the host receives it |
/// | `PathWalk+SandboxDelivery` | a program in a container receives it |
/// | `PathWalk+Reply` | the reply goes back |
/// | `PathWalk+Listeners`, `PathWalk+Drops` | messages: no program receives it, a rule drops it |
struct PathWalk {
  enum Stop: Error, Sendable, Hashable {
    /// The packet stops here. The value is the reason, for the verdict.
    case failed(String)
    /// The walk needs this fact.
    case missing(PathFacts.MissingFact)
  }

  /// A hook that the packet passed; the reply must pass it as well.
  struct EvaluatedHook: Sendable, Hashable {
    let hook: String
    let packet: Packet
  }

  let facts: PathFacts
  let request: PathRequest
  /// The origin and the target, as messages name them.
  let originName: String
  let targetName: String
  var steps: [Explanation.Step] = []
  var advice: [Explanation.Advice] = []
  var unknowns: [String] = []
  var evaluatedHooks: [EvaluatedHook] = []
  /// Whether the host translated the destination, because the port is published.
  var hasDestinationNAT = false
  /// Whether the translated packet stayed on its bridge. Then the reply stays on it as well.
  var staysOnBridge = false

  init(_ facts: PathFacts, _ request: PathRequest, originName: String, targetName: String) {
    self.facts = facts
    self.request = request
    self.originName = originName
    self.targetName = targetName
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

  func sandboxFacts(of id: ContainerID) throws(Stop) -> NamespaceFacts {
    guard let known = facts.sandboxes[id] else { throw .missing(.sandbox(id)) }
    return known
  }

  /// The container's networks and addresses, for messages.
  func networkText(of id: ContainerID) -> String {
    let attachments = facts.attachments.filter { $0.container == id }
    let texts = attachments.map { attachment in
      "\(attachment.network.name) \(attachment.endpoint.addresses.map { "\($0)" }.joined(separator: " "))"
    }
    return texts.isEmpty ? "on no network" : "on " + texts.sorted().joined(separator: ", ")
  }

  /// The `causeway explain` command for another port, and perhaps another target.
  func explainCommand(to target: String? = nil, port: TransportPort) -> String {
    let name = target ?? targetName
    return "causeway explain \(request.from) \(name.contains(":") ? "[\(name)]" : name):\(port.shortText)"
  }

  /// The tables that packets pass on the host, the engine's last.
  var hostTables: [RuleTable] { facts.host.tables + facts.engineTables }

  /// Evaluates the filter chains of a hook, and stops if a rule drops the packet.
  ///
  /// - Parameter who: the owner of the namespace, for messages.
  mutating func checkFilters(
    of tables: [RuleTable], at hook: String, on packet: Packet, in who: String = "this host"
  ) throws(Stop) {
    for table in tables {
      switch table.evaluate(hook, "filter", on: packet).verdict {
      case .passes: break
      case .drops(let rule): throw explainDrop(of: packet, by: rule, in: who)
      case .uncertain(let rule):
        noteUnknown(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "whether the firewall of \(who) accepts the packet is unknown: one of its rules has a condition that cannot be checked here",
          rule.fullText)
      }
    }
    if hook != "prerouting" { evaluatedHooks.append(EvaluatedHook(hook: hook, packet: packet)) }
  }
}
