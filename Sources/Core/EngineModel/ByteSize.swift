/// A size in Docker's notation (docker/go-units): a decimal number, an optional space, and an optional unit, `b`, `k`,
/// `m`, `g`, `t` or `p`, alone or followed by `b` or `ib`.
package struct ByteSize: Hashable, Sendable {
  package enum Units: Sendable {
    /// Powers of 1024 (`RAMInBytes`): memory, file systems.
    case binary
    /// Powers of 1000, even with `ib` (`FromHumanSize`): logs.
    case decimal
  }

  package let bytes: Int64

  package init?(_ text: String, units: Units = .binary) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite else { return nil }
    var unit = text[digits.endIndex...]
    if unit.first == " " { unit = unit.dropFirst() }
    let power: Int
    switch unit.lowercased() {
    case "", "b": power = 0
    case "k", "kb", "kib": power = 1
    case "m", "mb", "mib": power = 2
    case "g", "gb", "gib": power = 3
    case "t", "tb", "tib": power = 4
    case "p", "pb", "pib": power = 5
    default: return nil
    }
    let value = (0..<power).reduce(number) { product, _ in product * (units == .binary ? 1024 : 1000) }
    guard value < Double(Int64.max) else { return nil }
    bytes = Int64(value)
  }
}
