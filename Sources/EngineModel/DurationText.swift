/// A span of time in Go's notation: `300ms`, `1m30s`, `1.5h`; `0` needs no unit.
public struct DurationText: Hashable, Sendable {
  public let nanoseconds: Int64

  /// - Parameter takesDays: also days, `d`, and weeks, `w`, which Go does not know.
  /// - Returns: `nil` for what Go would not read.
  public init?(_ text: some StringProtocol, takesDays: Bool = false) {
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
