/// A duration in Go's notation: `300ms`, `1m30s`, `1.5h`; `0` needs no unit.
package struct DurationText: Hashable, Sendable {
  package let nanoseconds: Int64

  /// - Parameter takesDays: accepts days, `d`, and weeks, `w`, as well; Go does not.
  /// - Returns: `nil` for a text that Go rejects.
  package init?(_ text: some StringProtocol, takesDays: Bool = false) {
    var rest = Substring(text)
    var sign = 1.0
    if rest.first == "-" { sign = -1 }
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" {
      nanoseconds = 0
      return
    }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
      rest = rest[unit.endIndex...]
      switch unit {
      case "ns": total += number
      case "us", "µs", "μs": total += number * 1e3
      case "ms": total += number * 1e6
      case "s": total += number * 1e9
      case "m": total += number * 60e9
      case "h": total += number * 3600e9
      case "d" where takesDays: total += number * 86_400e9
      case "w" where takesDays: total += number * 604_800e9
      default: return nil
      }
    }
    guard total < Double(Int64.max) else { return nil }
    nanoseconds = Int64((sign * total).rounded())
  }
}

extension Duration {
  /// As Go prints a duration: `1m30s`, `1.5s`, `500ms`.
  package var goText: String {
    let (whole, attoseconds) = components
    let nanoseconds = whole * 1_000_000_000 + attoseconds / 1_000_000_000
    func decimal(_ value: Int64, _ unit: Int64) -> String {
      guard value % unit != 0 else { return "\(value / unit)" }
      var fraction = String("\(unit + value % unit)".dropFirst())
      while fraction.last == "0" { fraction.removeLast() }
      return "\(value / unit).\(fraction)"
    }
    switch nanoseconds {
    case 0: return "0s"
    case ..<1_000: return "\(nanoseconds)ns"
    case ..<1_000_000: return decimal(nanoseconds, 1_000) + "µs"
    case ..<1_000_000_000: return decimal(nanoseconds, 1_000_000) + "ms"
    default:
      let (hours, minutes) = (nanoseconds / 3_600_000_000_000, nanoseconds / 60_000_000_000 % 60)
      let seconds = decimal(nanoseconds % 60_000_000_000, 1_000_000_000) + "s"
      if hours > 0 { return "\(hours)h\(minutes)m\(seconds)" }
      return minutes > 0 ? "\(minutes)m\(seconds)" : seconds
    }
  }
}
