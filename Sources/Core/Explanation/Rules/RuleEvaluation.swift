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
    /// The verdict depends on something unknown.
    case depends(RuleName)
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
    guard sees(packet) else { return result }
    for chain in chains where chain.base?.hook == hook && chain.base?.type == type {
      var traversal = ChainTraversal(table: self, packet: packet)
      result.verdict = traversal.verdict(of: chain)
      result.translation = result.translation ?? traversal.translation
      guard case .passes = result.verdict else { return result }
    }
    return result
  }
}

/// A packet's traversal of one base chain and the chains it jumps to.
private struct ChainTraversal {
  private enum Flow {
    case continues
    case accepted(RuleName)
    case dropped(RuleName)
  }

  let table: RuleTable
  let packet: Packet
  var translation: RuleEvaluation.Translation?
  /// The first rules that may have decided earlier.
  private var mayAccept: RuleName?
  private var mayDrop: RuleName?

  init(table: RuleTable, packet: Packet) {
    self.table = table
    self.packet = packet
  }

  mutating func verdict(of base: RuleTable.Chain) -> RuleEvaluation.Verdict {
    switch walk(base, isSure: true, depth: 0) {
    case .accepted(let rule): return mayDrop.map { .depends($0) } ?? .passes(rule)
    case .dropped(let rule): return mayAccept == nil ? .drops(rule) : .depends(rule)
    case .continues:
      guard base.base?.dropsByPolicy == true else { return mayDrop.map { .depends($0) } ?? .passes(nil) }
      let policy = RuleName(chain: "\(table.name) \(base.name)", text: "policy drop", comment: "")
      return mayAccept == nil ? .drops(policy) : .depends(policy)
    }
  }

  private mutating func walk(_ chain: RuleTable.Chain, isSure: Bool, depth: Int) -> Flow {
    // The kernel allows 16 jumps.
    guard depth <= 16 else { return .continues }
    var mayBeLeft = false
    for rule in chain.rules {
      let match = rule.concerns(packet, table.set)
      guard match != .no else { continue }
      let isSure = isSure && match == .yes && !mayBeLeft
      if case .leave = rule.action, !isSure { mayBeLeft = true }
      let name = RuleName(chain: "\(table.name) \(chain.name)", text: rule.text, comment: rule.comment)
      switch follow(rule.action, name, isSure, depth) {
      case .continues: if case .leave = rule.action, isSure { return .continues }
      case let flow?: return flow
      case nil: return .continues
      }
    }
    return .continues
  }

  /// - Returns: `nil` if the chain ends, as with `return`.
  private mutating func follow(_ action: RuleReading.Action, _ name: RuleName, _ isSure: Bool, _ depth: Int) -> Flow? {
    switch action {
    case .none, .leave: return .continues
    case .accept: return conclude(.accepted(name), isSure)
    case .drop: return conclude(.dropped(name), isSure)
    case .jump(let target): return enter(target, isSure, depth)
    case .goto(let target):
      let flow = enter(target, isSure, depth)
      if case .continues = flow, isSure { return nil }
      return flow
    case .choose(let fields, let operand): return choose(fields, operand, name, isSure, depth)
    case .masquerade:
      if isSure { translation = translation ?? .masquerade }
      return conclude(.accepted(name), isSure)
    case .translate(let family, let fields, let map, let isSource):
      guard family == nil || family == packet.family else { return .continues }
      let values = fields.map { packet.value(of: $0) }
      guard let found = RuleReading.Operand.find(values, in: table.set(map) ?? [:]) else { return .continues }
      let parts = found.split(separator: " ").filter { $0 != "." }.map(String.init)
      guard let address = parts.first.flatMap({ IPAddress($0) }) else { return .continues }
      if isSource {
        translation = translation ?? .source(address)
      } else {
        let port = parts.count > 1 ? UInt16(parts[1]) : nil
        translation = translation ?? .destination(Packet.Destination(address: address, port: port ?? packet.port))
      }
      return conclude(.accepted(name), isSure)
    case .translateTo(let address, let port, let isSource):
      guard address.family == packet.family else { return .continues }
      let place = Packet.Destination(address: address, port: port ?? packet.port)
      if isSure { translation = translation ?? (isSource ? .source(address) : .destination(place)) }
      return conclude(.accepted(name), isSure)
    case .unknownTranslation:
      mayDrop = mayDrop ?? name
      return .continues
    }
  }

  private mutating func enter(_ target: String, _ isSure: Bool, _ depth: Int) -> Flow {
    guard let chain = table.chain(target) else { return .continues }
    return walk(chain, isSure: isSure, depth: depth + 1)
  }

  private mutating func choose(
    _ fields: [Field], _ operand: RuleReading.Operand, _ name: RuleName, _ isSure: Bool, _ depth: Int
  ) -> Flow? {
    let values = fields.map { packet.value(of: $0) }
    guard !values.contains(.absent) else { return .continues }
    var verdict: String?
    switch operand {
    case .set(let map): verdict = table.set(map).flatMap { RuleReading.Operand.find(values, in: $0) }
    case .values(let items):
      for item in items {
        guard let colon = item.firstRange(of: " : ") else { continue }
        guard RuleReading.Operand.matches(values, String(item[..<colon.lowerBound])) == .yes else { continue }
        verdict = String(item[colon.upperBound...])
        break
      }
    }
    guard let verdict else { return .continues }
    return follow(RuleReading(verdict).action, name, isSure, depth)
  }

  /// A rule that matches only maybe makes the verdict uncertain; evaluation continues.
  private mutating func conclude(_ flow: Flow, _ isSure: Bool) -> Flow {
    guard !isSure else { return flow }
    switch flow {
    case .accepted(let name): mayAccept = mayAccept ?? name
    case .dropped(let name): mayDrop = mayDrop ?? name
    case .continues: break
    }
    return .continues
  }
}
