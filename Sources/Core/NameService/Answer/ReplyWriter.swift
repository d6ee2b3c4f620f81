/// Writes a reply into a buffer, up to a size limit.
struct ReplyWriter {
  let buffer: UnsafeMutableRawBufferPointer
  let limit: Int
  private(set) var count = 0

  init(_ buffer: UnsafeMutableRawBufferPointer, limit: Int) {
    self.buffer = buffer
    self.limit = min(limit, buffer.count)
  }

  @inline(__always)
  mutating func append(_ number: UInt16) {
    buffer.put(number, at: count)
    count += 2
  }

  @inline(__always)
  mutating func append(_ number: UInt32) {
    append(UInt16(truncatingIfNeeded: number >> 16))
    append(UInt16(truncatingIfNeeded: number))
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
    count += bytes.count
  }

  @inline(__always)
  func fits(_ length: Int, reserve: Int) -> Bool { count + length + reserve <= limit }

  /// The fixed part of a record. Its name is a pointer to the name in the question.
  @inline(__always)
  mutating func appendRecordHead(_ type: RecordType, ttl: UInt32, length: Int) {
    append(0xC000 | UInt16(QueryView.headerLength))
    append(type.rawValue)
    append(RecordClass.internet.rawValue)
    append(ttl)
    append(UInt16(truncatingIfNeeded: length))
  }

  static let recordHeadLength = 12
  static let ednsLength = 11

  /// The OPT record (RFC 6891, 6.1).
  mutating func appendEDNS(extendedCode: UInt8, flags: UInt16) {
    buffer[count] = 0
    count += 1
    append(RecordType.opt.rawValue)
    append(Zone.largestDatagram)
    append(UInt16(extendedCode) << 8)
    append(flags)
    append(UInt16(0))
  }

  @inline(__always)
  mutating func put(_ number: UInt16, at offset: Int) {
    buffer.put(number, at: offset)
  }
}

extension UnsafeMutableRawBufferPointer {
  @inline(__always)
  func put(_ number: UInt16, at offset: Int) {
    self[offset] = UInt8(truncatingIfNeeded: number >> 8)
    self[offset + 1] = UInt8(truncatingIfNeeded: number)
  }
}
