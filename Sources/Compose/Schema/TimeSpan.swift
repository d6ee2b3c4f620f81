/// A span of time as Compose files have it (Go's notation): `300ms`, `1m30s`, `1.5h`; `0` needs no unit, days may be `d`
/// and weeks `w`.
struct TimeSpan: Hashable, Sendable {
  let nanoseconds: Int64

  init?(_ text: String) {
    var rest = text[...]
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
      case "d": total += number * 86_400e9
      case "w": total += number * 604_800e9
      default: return nil
      }
    }
    guard total < Double(Int64.max) else { return nil }
    nanoseconds = Int64(total.rounded())
  }

  /// Whole seconds, rounded up.
  var seconds: Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }
}

/// A number of bytes as Compose files have it: `512m`, `1gb`, `2GiB`, or a bare number. Units are powers of 1024.
struct ByteAmount: Hashable, Sendable {
  let bytes: Int64

  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits) else { return nil }
    var unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
    if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.hasSuffix("b") { unit.removeLast() }
    guard let power = ["", "k", "m", "g", "t", "p"].firstIndex(of: unit) else { return nil }
    let value = number * Double(Int64(1) << Int64(10 * power))
    guard value < Double(Int64.max) else { return nil }
    bytes = Int64(value)
  }
}
