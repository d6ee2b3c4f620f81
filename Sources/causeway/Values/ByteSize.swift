/// A number of bytes as Docker's options take it (docker/go-units `RAMInBytes`): a decimal number, an optional space, and
/// an optional unit, `b`, `k`, `m`, `g`, `t` or `p`, alone or with `b` or `ib` after it. The units are powers of 1024.
struct ByteSize: Hashable, Sendable {
  let bytes: Int64

  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), number.isFinite else { return nil }
    var unit = text[digits.endIndex...]
    if unit.first == " " { unit = unit.dropFirst() }
    let shift: Int
    switch unit.lowercased() {
    case "", "b": shift = 0
    case "k", "kb", "kib": shift = 10
    case "m", "mb", "mib": shift = 20
    case "g", "gb", "gib": shift = 30
    case "t", "tb", "tib": shift = 40
    case "p", "pb", "pib": shift = 50
    default: return nil
    }
    let value = number * Double(Int64(1) << Int64(shift))
    guard value < Double(Int64.max) else { return nil }
    bytes = Int64(value)
  }
}
