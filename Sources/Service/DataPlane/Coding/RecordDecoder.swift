/// Decodes what ``RecordEncoder`` wrote. Checks lengths against the remaining bytes before it allocates.
struct RecordDecoder {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Sequence<UInt8>) {
    rest = Array(bytes)[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func flag() throws(DecodingFailure) -> Bool {
    switch try number(UInt8.self) {
    case 0: false
    case 1: true
    default: throw DecodingFailure.badValue
    }
  }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(DecodingFailure) -> Number {
    var value: Number = 0
    for (index, byte) in try take(MemoryLayout<Number>.size).enumerated() {
      value |= Number(truncatingIfNeeded: byte) << (8 * index)
    }
    return value
  }

  mutating func text() throws(DecodingFailure) -> String {
    let length = Int(try number(UInt32.self))
    guard let text = String(validating: try take(length), as: UTF8.self) else { throw .badValue }
    return text
  }

  mutating func list<Element>(
    _ element: (inout RecordDecoder) throws(DecodingFailure) -> Element
  ) throws(DecodingFailure) -> [Element] {
    let count = Int(try number(UInt32.self))
    // Each element takes at least one octet.
    guard count <= rest.count else { throw .truncated }
    var list: [Element] = []
    for _ in 0..<count { list.append(try element(&self)) }
    return list
  }

  mutating func take(_ count: Int) throws(DecodingFailure) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}

/// Why bytes cannot be decoded.
enum DecodingFailure: Error, Hashable {
  case truncated
  case badValue
  case unknownKind(UInt8)
  case unknownVersion(UInt8)
}
