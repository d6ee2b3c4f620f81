import Addressing

/// A packet's traversal of one base chain and the chains it jumps to.
struct ChainTraversal {
  private enum Progress {
    case continues
    case accepted(RuleName)
    case dropped(RuleName)
  }

  let table: RuleTable
  let packet: Packet
  var translation: RuleEvaluation.Translation?
  /// The first rule that accepts the packet if an unknown condition holds.
  private var mayAccept: RuleName?
  /// The first rule that drops the packet if an unknown condition holds.
  private var mayDrop: RuleName?

  init(table: RuleTable, packet: Packet) {
    self.table = table
    self.packet = packet
  }

  mutating func verdict(of base: RuleTable.Chain) -> RuleEvaluation.Verdict {
    switch traverse(base, isCertain: true, depth: 0) {
    case .accepted(let rule): return mayDrop.map { .uncertain($0) } ?? .passes(rule)
    case .dropped(let rule): return mayAccept == nil ? .drops(rule) : .uncertain(rule)
    case .continues:
      guard base.base?.dropsByPolicy == true else { return mayDrop.map { .uncertain($0) } ?? .passes(nil) }
      let policy = RuleName(chain: "\(table.name) \(base.name)", text: "policy drop", comment: "")
      return mayAccept == nil ? .drops(policy) : .uncertain(policy)
    }
  }

  /// - Parameter isCertain: whether the packet certainly reaches the chain.
  private mutating func traverse(_ chain: RuleTable.Chain, isCertain: Bool, depth: Int) -> Progress {
    // The kernel allows 16 jumps.
    guard depth <= 16 else { return .continues }
    var mayReturn = false
    for rule in chain.rules {
      let match = rule.matches(packet, table.set)
      guard match != .no else { continue }
      let isCertain = isCertain && match == .yes && !mayReturn
      if case .returnFromChain = rule.action, !isCertain { mayReturn = true }
      let name = RuleName(chain: "\(table.name) \(chain.name)", text: rule.text, comment: rule.comment)
      switch apply(rule.action, name, isCertain, depth) {
      case .continues: if case .returnFromChain = rule.action, isCertain { return .continues }
      case let progress?: return progress
      case nil: return .continues
      }
    }
    return .continues
  }

  /// - Parameter isCertain: whether the rule certainly matches the packet.
  /// - Returns: `nil` if the chain ends, as with `return`.
  private mutating func apply(
    _ action: ParsedRule.Action, _ name: RuleName, _ isCertain: Bool, _ depth: Int
  ) -> Progress? {
    switch action {
    case .none, .returnFromChain: return .continues
    case .accept: return decide(.accepted(name), isCertain)
    case .drop: return decide(.dropped(name), isCertain)
    case .jump(let target): return jump(to: target, isCertain, depth)
    case .goto(let target):
      let progress = jump(to: target, isCertain, depth)
      if case .continues = progress, isCertain { return nil }
      return progress
    case .verdictMap(let fields, let operand): return applyVerdictMap(fields, operand, name, isCertain, depth)
    case .masquerade:
      if isCertain { translation = translation ?? .masquerade }
      return decide(.accepted(name), isCertain)
    case .natMap(let family, let fields, let map, let isSource):
      guard family == nil || family == packet.family else { return .continues }
      let values = fields.map { packet.value(of: $0) }
      guard let found = ParsedRule.Operand.find(values, in: table.set(map) ?? [:]) else { return .continues }
      let parts = found.split(separator: " ").filter { $0 != "." }.map(String.init)
      guard let address = parts.first.flatMap({ IPAddress($0) }) else { return .continues }
      if isSource {
        translation = translation ?? .source(address)
      } else {
        let port = parts.count > 1 ? UInt16(parts[1]) : nil
        translation = translation ?? .destination(Packet.Destination(address: address, port: port ?? packet.port))
      }
      return decide(.accepted(name), isCertain)
    case .nat(let address, let port, let isSource):
      guard address.family == packet.family else { return .continues }
      let newDestination = Packet.Destination(address: address, port: port ?? packet.port)
      if isCertain { translation = translation ?? (isSource ? .source(address) : .destination(newDestination)) }
      return decide(.accepted(name), isCertain)
    case .unknownNAT:
      mayDrop = mayDrop ?? name
      return .continues
    }
  }

  private mutating func jump(to target: String, _ isCertain: Bool, _ depth: Int) -> Progress {
    guard let chain = table.chain(target) else { return .continues }
    return traverse(chain, isCertain: isCertain, depth: depth + 1)
  }

  private mutating func applyVerdictMap(
    _ fields: [Field], _ operand: ParsedRule.Operand, _ name: RuleName, _ isCertain: Bool, _ depth: Int
  ) -> Progress? {
    let values = fields.map { packet.value(of: $0) }
    guard !values.contains(.absent) else { return .continues }
    var verdict: String?
    switch operand {
    case .set(let map): verdict = table.set(map).flatMap { ParsedRule.Operand.find(values, in: $0) }
    case .values(let items):
      for item in items {
        guard let colon = item.firstRange(of: " : ") else { continue }
        guard ParsedRule.Operand.matches(values, String(item[..<colon.lowerBound])) == .yes else { continue }
        verdict = String(item[colon.upperBound...])
        break
      }
    }
    guard let verdict else { return .continues }
    return apply(ParsedRule(verdict).action, name, isCertain, depth)
  }

  /// Ends the traversal if the rule certainly matches. Otherwise records that the rule may decide, and continues.
  private mutating func decide(_ progress: Progress, _ isCertain: Bool) -> Progress {
    guard !isCertain else { return progress }
    switch progress {
    case .accepted(let name): mayAccept = mayAccept ?? name
    case .dropped(let name): mayDrop = mayDrop ?? name
    case .continues: break
    }
    return .continues
  }
}
