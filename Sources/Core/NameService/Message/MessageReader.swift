import Addressing

/// Reads the parts of a message in order, with bounds checks. Compression pointers must point backwards, so a name
/// takes at most as many steps as it has octets.
struct MessageReader {
  let bytes: UnsafeRawBufferPointer
  var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  mutating func octet() throws(MessageError) -> UInt8 {
    guard offset < bytes.count else { throw .truncated }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func number16() throws(MessageError) -> UInt16 {
    guard offset + 2 <= bytes.count else { throw .truncated }
    defer { offset += 2 }
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  mutating func number32() throws(MessageError) -> UInt32 {
    UInt32(try number16()) << 16 | UInt32(try number16())
  }

  mutating func octets(_ count: Int) throws(MessageError) -> [UInt8] {
    guard count >= 0, offset + count <= bytes.count else { throw .truncated }
    defer { offset += count }
    return Array(bytes[offset..<(offset + count)])
  }

  mutating func name() throws(MessageError) -> DomainName {
    var wire: [UInt8] = []
    var position = offset
    var segment = offset
    var end: Int?
    while true {
      guard position < bytes.count else { throw .truncated }
      let length = bytes[position]
      switch length >> 6 {
      case 0:
        guard position + 1 + Int(length) <= bytes.count else { throw .truncated }
        guard wire.count + 1 + Int(length) <= 255 else { throw .nameTooLong }
        wire.append(length)
        for byte in bytes[(position + 1)..<(position + 1 + Int(length))] { wire.append(byte.asciiLowercased) }
        position += 1 + Int(length)
        if length == 0 {
          offset = end ?? position
          return DomainName(wire: wire)
        }
      case 3:
        guard position + 2 <= bytes.count else { throw .truncated }
        let target = Int(length & 0x3F) << 8 | Int(bytes[position + 1])
        guard target < segment else { throw .badPointer }
        if end == nil { end = position + 2 }
        segment = target
        position = target
      default:
        throw .badLabel
      }
    }
  }

  /// Skips a name without following its pointer.
  mutating func skipName() throws(MessageError) {
    while true {
      let length = try octet()
      switch length >> 6 {
      case 0:
        if length == 0 { return }
        offset += Int(length)
      case 3:
        _ = try octet()
        return
      default:
        throw .badLabel
      }
    }
  }
}
