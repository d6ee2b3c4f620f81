import Addressing
import EngineModel

/// One way of one packet, from who asks to who is asked, and of the answer back: it goes the kernel's way through links,
/// routes and chains, says each step, and stops where the packet does.
///
/// A pure value over ``PathFacts``: what it lacks it names, and whoever runs it brings that and runs it again.
struct PathWalk {
  enum Stop: Error, Sendable, Hashable {
    /// It ends here; the reason in a few words, for the verdict.
    case failed(String)
    case needs(PathFacts.Need)
  }

  /// A place where chains were asked about the packet, for the answer to pass, too.
  struct Passage: Sendable, Hashable {
    let hook: String
    let packet: Packet
  }

  let facts: PathFacts
  let request: PathRequest
  /// Who asks, and who is asked, for people.
  let asker: String
  let asked: String
  var steps: [Explanation.Step] = []
  var advice: [Explanation.Advice] = []
  var unknowns: [String] = []
  var passages: [Passage] = []
  /// The host has given it another destination than it had.
  var wasTranslated = false
  /// It was translated where the host sees bridged packets, and went on from port to port: so does the answer.
  var staysOnBridge = false

  init(_ facts: PathFacts, _ request: PathRequest, asker: String, asked: String) {
    self.facts = facts
    self.request = request
    self.asker = asker
    self.asked = asked
  }

  // MARK: Saying

  mutating func pass(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.passes, text, fact)) }

  mutating func remark(_ text: String, _ fact: String = "") { steps.append(Explanation.Step(.remark, text, fact)) }

  mutating func advise(_ text: String, _ command: String? = nil) {
    let new = Explanation.Advice(text, command)
    if !advice.contains(new) { advice.append(new) }
  }

  /// Says where it ends.
  mutating func fail(_ text: String, _ fact: String = "", because reason: String? = nil) -> Stop {
    steps.append(Explanation.Step(.fails, text, fact))
    return .failed(reason ?? text)
  }

  /// Something decides here that cannot be known.
  mutating func leaveOpen(_ what: String, _ text: String, _ fact: String = "") {
    if !unknowns.contains(what) { unknowns.append(what) }
    remark(text, fact)
  }

  // MARK: What is known

  func inside(_ id: ContainerID) throws(Stop) -> NamespaceFacts {
    guard let known = facts.sandboxes[id] else { throw .needs(.sandbox(id)) }
    return known
  }

  /// The host's tables whose chains packets pass, the engine's last.
  var hostTables: [RuleTable] { facts.host.tables + facts.own }

  /// Port and protocol, or that it is a ping.
  var questionWords: String { request.transportPort.map { "\($0)" } ?? "ping" }

  /// Has the chains at one place look at the packet.
  ///
  /// - Parameter who: at whose namespace, for people.
  mutating func ask(
    _ tables: [RuleTable], _ hook: String, about packet: Packet, of who: String = "this host"
  ) throws(Stop) {
    for table in tables {
      switch table.ruling(hook, "filter", on: packet).verdict {
      case .passes: break
      case .drops(let rule): throw refuse(rule, packet, of: who)
      case .depends(let rule):
        leaveOpen(
          "the rule \"\(rule.text)\" of \(rule.chain)",
          "whether the firewall of \(who) lets it pass cannot be told: a rule there asks for more than is known here",
          rule.words)
      }
    }
    if hook != "prerouting" { passages.append(Passage(hook: hook, packet: packet)) }
  }
}
