import Addressing

/// Which rule it was.
public struct RuleName: Sendable, Hashable {
  /// `inet causeway forward`.
  public let chain: String
  public let text: String
  /// Why it is there, where its maker said so.
  public let comment: String

  /// For people.
  public var words: String { "\(chain): \(text)" }
}

/// What the chains of a table that are hooked in at one place do with a packet.
struct Ruling: Sendable, Hashable {
  enum Verdict: Sendable, Hashable {
    /// By which rule; `nil`: none had anything against it.
    case passes(RuleName?)
    case drops(RuleName)
    /// It depends on something that cannot be told.
    case depends(RuleName)
  }

  enum Translation: Sendable, Hashable {
    case destination(Packet.Place)
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
  func ruling(_ hook: String, _ type: String, on packet: Packet) -> Ruling {
    var result = Ruling(verdict: .passes(nil))
    guard sees(packet) else { return result }
    for chain in chains where chain.base?.hook == hook && chain.base?.type == type {
      var visit = ChainVisit(table: self, packet: packet)
      result.verdict = visit.verdict(of: chain)
      result.translation = result.translation ?? visit.translation
      guard case .passes = result.verdict else { return result }
    }
    return result
  }
}

/// A packet's way through one base chain and those it leads to.
private struct ChainVisit {
  private enum Flow {
    case goesOn
    case accepted(RuleName)
    case dropped(RuleName)
  }

  let table: RuleTable
  let packet: Packet
  var translation: Ruling.Translation?
  /// Rules that may have decided before.
  private var mayAccept: RuleName?
  private var mayDrop: RuleName?

  init(table: RuleTable, packet: Packet) {
    self.table = table
    self.packet = packet
  }

  mutating func verdict(of base: RuleTable.Chain) -> Ruling.Verdict {
    switch walk(base, isSure: true, depth: 0) {
    case .accepted(let rule): return mayDrop.map { .depends($0) } ?? .passes(rule)
    case .dropped(let rule): return mayAccept == nil ? .drops(rule) : .depends(rule)
    case .goesOn:
      guard base.base?.dropsByPolicy == true else { return mayDrop.map { .depends($0) } ?? .passes(nil) }
      let policy = RuleName(chain: "\(table.name) \(base.name)", text: "policy drop", comment: "")
      return mayAccept == nil ? .drops(policy) : .depends(policy)
    }
  }

  private mutating func walk(_ chain: RuleTable.Chain, isSure: Bool, depth: Int) -> Flow {
    // The kernel allows sixteen.
    guard depth <= 16 else { return .goesOn }
    var mayBeLeft = false
    for rule in chain.rules {
      let truth = rule.concerns(packet, table.set)
      guard truth != .no else { continue }
      let isSure = isSure && truth == .yes && !mayBeLeft
      if case .leave = rule.action, !isSure { mayBeLeft = true }
      let name = RuleName(chain: "\(table.name) \(chain.name)", text: rule.text, comment: rule.comment)
      switch follow(rule.action, name, isSure, depth) {
      case .goesOn: if case .leave = rule.action, isSure { return .goesOn }
      case let flow?: return flow
      case nil: return .goesOn
      }
    }
    return .goesOn
  }

  /// - Returns: `nil`: the chain is left, as by `return`.
  private mutating func follow(_ action: RuleReading.Action, _ name: RuleName, _ isSure: Bool, _ depth: Int) -> Flow? {
    switch action {
    case .none, .leave: return .goesOn
    case .accept: return settle(.accepted(name), isSure)
    case .drop: return settle(.dropped(name), isSure)
    case .jump(let target): return enter(target, isSure, depth)
    case .goto(let target):
      let flow = enter(target, isSure, depth)
      if case .goesOn = flow, isSure { return nil }
      return flow
    case .choose(let fields, let operand): return choose(fields, operand, name, isSure, depth)
    case .masquerade:
      if isSure { translation = translation ?? .masquerade }
      return settle(.accepted(name), isSure)
    case .translate(let family, let fields, let map, let isSource):
      guard family == nil || family == packet.family else { return .goesOn }
      let values = fields.map { packet.value(of: $0) }
      guard let found = RuleReading.Operand.find(values, in: table.set(map) ?? [:]) else { return .goesOn }
      let parts = found.split(separator: " ").filter { $0 != "." }.map(String.init)
      guard let address = parts.first.flatMap({ IPAddress($0) }) else { return .goesOn }
      if isSource {
        translation = translation ?? .source(address)
      } else {
        let port = parts.count > 1 ? UInt16(parts[1]) : nil
        translation = translation ?? .destination(Packet.Place(address: address, port: port ?? packet.port))
      }
      return settle(.accepted(name), isSure)
    case .translateTo(let address, let port, let isSource):
      guard address.family == packet.family else { return .goesOn }
      let place = Packet.Place(address: address, port: port ?? packet.port)
      if isSure { translation = translation ?? (isSource ? .source(address) : .destination(place)) }
      return settle(.accepted(name), isSure)
    case .unknownTranslation:
      mayDrop = mayDrop ?? name
      return .goesOn
    }
  }

  private mutating func enter(_ target: String, _ isSure: Bool, _ depth: Int) -> Flow {
    guard let chain = table.chain(target) else { return .goesOn }
    return walk(chain, isSure: isSure, depth: depth + 1)
  }

  private mutating func choose(
    _ fields: [Field], _ operand: RuleReading.Operand, _ name: RuleName, _ isSure: Bool, _ depth: Int
  ) -> Flow? {
    let values = fields.map { packet.value(of: $0) }
    guard !values.contains(.absent) else { return .goesOn }
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
    guard let verdict else { return .goesOn }
    return follow(RuleReading(verdict).action, name, isSure, depth)
  }

  /// A rule of which it is not sure that it concerns the packet leaves a doubt and is passed over.
  private mutating func settle(_ flow: Flow, _ isSure: Bool) -> Flow {
    guard !isSure else { return flow }
    switch flow {
    case .accepted(let name): mayAccept = mayAccept ?? name
    case .dropped(let name): mayDrop = mayDrop ?? name
    case .goesOn: break
    }
    return .goesOn
  }
}
