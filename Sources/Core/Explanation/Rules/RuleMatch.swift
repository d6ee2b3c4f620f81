import Addressing

/// Whether a rule matches; `uncertain` if it depends on something unknown.
enum MatchResult: Sendable, Hashable {
  case yes
  case no
  case uncertain

  func negated(_ isNegated: Bool) -> MatchResult {
    guard isNegated else { return self }
    return switch self {
    case .yes: .no
    case .no: .yes
    case .uncertain: .uncertain
    }
  }
}

extension ParsedRule {
  /// Whether the rule matches the packet.
  ///
  /// - Parameter sets: the elements of the table's sets; `nil` for an unknown set.
  func matches(_ packet: Packet, _ sets: (String) -> [String: String]?) -> MatchResult {
    var result = MatchResult.yes
    for condition in conditions {
      switch condition {
      case .unknown: result = .uncertain
      case .compare(let fields, let isNegated, let operand):
        switch operand.matches(fields, of: packet, sets)?.negated(isNegated) ?? .no {
        case .yes: break
        case .no: return .no
        case .uncertain: result = .uncertain
        }
      }
    }
    return result
  }
}

extension ParsedRule.Operand {
  /// - Returns: `nil` if the packet does not have one of the fields.
  func matches(_ fields: [Field], of packet: Packet, _ sets: (String) -> [String: String]?) -> MatchResult? {
    let values = fields.map { packet.value(of: $0) }
    guard !values.contains(.absent) else { return nil }
    switch self {
    case .set(let name):
      guard let elements = sets(name) else { return .uncertain }
      return Self.find(values, in: elements) == nil ? (values.contains(.unknown) ? .uncertain : .no) : .yes
    case .values(let items):
      var result = MatchResult.no
      for item in items {
        switch Self.matches(values, item) {
        case .yes: return .yes
        case .uncertain: result = .uncertain
        case .no: break
        }
      }
      return result
    }
  }

  /// The value that a map has for the packet's fields; empty for an element of a set.
  static func find(_ values: [FieldValue], in elements: [String: String]) -> String? {
    let texts = values.compactMap(\.text)
    guard texts.count == values.count else { return nil }
    if let found = elements[texts.joined(separator: " . ")] { return found }
    // Sets with prefixes.
    guard values.count == 1, case .address(let address) = values[0] else { return nil }
    return elements.first { IPPrefix($0.key)?.contains(address) == true }?.value
  }

  /// Whether a packet's values match an item of a list.
  ///
  /// - Parameter item: in a list of verdicts, only the part before the colon.
  static func matches(_ values: [FieldValue], _ item: String) -> MatchResult {
    guard values.count == 1 else {
      let texts = values.compactMap(\.text)
      guard texts.count == values.count else { return .uncertain }
      return texts.joined(separator: " . ") == item ? .yes : .no
    }
    switch values[0] {
    case .absent: return .no
    case .unknown: return .uncertain
    case .name(let name):
      let pattern = item.drop { $0 == "\"" }.prefix { $0 != "\"" }
      if pattern.hasSuffix("*") { return name.hasPrefix(pattern.dropLast()) ? .yes : .no }
      return pattern == name ? .yes : .no
    case .address(let address): return matches(address, item)
    case .number(let number):
      let ends = item.split(separator: "-").map { UInt64($0) }
      guard let low = ends.first ?? nil, let high = ends.last ?? nil else { return .uncertain }
      return (low...max(low, high)).contains(number) ? .yes : .no
    case .keyword(let keyword): return keyword == (protocolNames[item] ?? item) ? .yes : .no
    }
  }

  private static func matches(_ address: IPAddress, _ item: String) -> MatchResult {
    if let one = IPAddress(item) { return one == address ? .yes : .no }
    if let prefix = IPPrefix(item) { return prefix.contains(address) ? .yes : .no }
    let ends = item.split(separator: "-").compactMap { IPAddress(String($0)) }
    guard ends.count == 2 else { return .uncertain }
    return ends[0] <= address && address <= ends[1] ? .yes : .no
  }

  /// The names of protocols by their numbers (IANA).
  private static let protocolNames = ["6": "tcp", "17": "udp", "1": "icmp", "58": "ipv6-icmp"]
}
