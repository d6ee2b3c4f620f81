/// Encodes values as bytes: numbers are little-endian, strings and lists are prefixed with their length.
///
/// The control socket and the journal use this format of our own because the small data plane program does not link
/// Foundation for JSON.
struct RecordEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: UInt8) {
    bytes.append(number)
  }

  mutating func append(_ flag: Bool) {
    bytes.append(flag ? 1 : 0)
  }

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) {
    append(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append<Element>(
    _ list: some Collection<Element>, _ element: (inout RecordEncoder, Element) -> Void
  ) {
    append(UInt32(list.count))
    for item in list { element(&self, item) }
  }

  mutating func append(raw other: [UInt8]) {
    bytes.append(contentsOf: other)
  }
}
