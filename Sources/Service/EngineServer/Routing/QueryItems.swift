/// The query of a request's target, percent-encoding undone.
struct QueryItems: Sendable, Hashable {
  private(set) var items: [(name: String, value: String)]

  /// `nil` when the encoding is invalid or a value holds NUL.
  init?(_ text: some StringProtocol) {
    items = []
    for pair in text.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(sides[0], plusIsSpace: true),
        let value = sides.count == 2 ? PercentText.decode(sides[1], plusIsSpace: true) : ""
      else { return nil }
      items.append((name, value))
    }
  }

  /// The first value of that name.
  subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

  /// dockerd's rule for flags: every value except these means true.
  func flag(_ name: String, default fallback: Bool = false) -> Bool {
    guard let value = self[name] else { return fallback }
    return !["", "0", "no", "false", "none"].contains(value.lowercased())
  }

  static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.items.count == rhs.items.count && zip(lhs.items, rhs.items).allSatisfy { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    for item in items {
      hasher.combine(item.name)
      hasher.combine(item.value)
    }
  }
}

/// Percent-encoding of RFC 3986.
enum PercentText {
  /// `nil` when an escape is invalid, or when the result is not UTF-8 or holds NUL.
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
