/// A parsed view of a query's bytes.
struct QueryView {
  enum Reading {
    case query(QueryView)
    /// Reply with this code and nothing else.
    case refuse(ResponseCode)
    /// Do not reply: there is no header, or the message is a response. Replying to a response can cause a loop.
    case ignore
  }

  /// The OPT record (RFC 6891, 6.1).
  struct EDNS {
    let payloadSize: UInt16
    let version: UInt8
    let flags: UInt16
  }

  let flags: MessageFlags
  /// The length of the encoded name.
  let nameLength: Int
  let type: RecordType
  let recordClass: RecordClass
  let edns: EDNS?

  static let headerLength = 12
  /// The offset of the records after the question.
  var questionEnd: Int { Self.headerLength + nameLength + 4 }

  /// - Parameter name: receives the name, encoded and in lower case; at least 255 octets.
  @inline(__always)
  static func read(_ bytes: UnsafeRawBufferPointer, name: UnsafeMutableRawBufferPointer) -> Reading {
    guard bytes.count >= headerLength else { return .ignore }
    let flags = MessageFlags(rawValue: bytes.number16(2))
    guard !flags.isResponse else { return .ignore }
    guard flags.opcode == 0 else { return .refuse(.notImplemented) }
    // RFC 9619 forbids more than one question; without a question there is nothing to answer.
    guard bytes.number16(4) == 1, bytes.number16(6) == 0,
      let nameLength = readName(bytes, into: name)
    else { return .refuse(.formatError) }
    let end = headerLength + nameLength
    guard end + 4 <= bytes.count else { return .refuse(.formatError) }
    var edns: EDNS?
    let records = Int(bytes.number16(8)) + Int(bytes.number16(10))
    if records > 0 {
      do {
        edns = try readEDNS(bytes, from: end + 4, records: records)
      } catch {
        return .refuse(.formatError)
      }
    }
    return .query(
      QueryView(
        flags: flags, nameLength: nameLength, type: RecordType(rawValue: bytes.number16(end)),
        recordClass: RecordClass(rawValue: bytes.number16(end + 2)), edns: edns))
  }

  /// - Returns: the length of the name; `nil` when it is truncated, too long or compressed. The first name of a message
  ///   has nothing to point to.
  @inline(__always)
  private static func readName(_ bytes: UnsafeRawBufferPointer, into name: UnsafeMutableRawBufferPointer) -> Int? {
    var offset = 0
    while true {
      let source = headerLength + offset
      guard source < bytes.count else { return nil }
      let length = Int(bytes[source])
      guard length < 64, source + length < bytes.count, offset + 1 + length <= 255 else { return nil }
      name[offset] = UInt8(truncatingIfNeeded: length)
      offset += 1
      if length == 0 { return offset }
      for index in 0..<length { name[offset + index] = bytes[source + 1 + index].asciiLowercased }
      offset += length
    }
  }

  private static func readEDNS(
    _ bytes: UnsafeRawBufferPointer, from start: Int, records: Int
  ) throws(MessageError) -> EDNS? {
    var reader = MessageReader(bytes)
    reader.offset = start
    var edns: EDNS?
    for _ in 0..<records {
      let isRoot = reader.offset < bytes.count && bytes[reader.offset] == 0
      try reader.skipName()
      let type = RecordType(rawValue: try reader.number16())
      let payloadSize = try reader.number16()
      let ttl = try reader.number32()
      let length = Int(try reader.number16())
      guard reader.offset + length <= bytes.count else { throw .truncated }
      reader.offset += length
      guard type == .opt else { continue }
      // At most one OPT record, with the root as its name.
      guard isRoot, edns == nil else { throw .badRecordData }
      edns = EDNS(
        payloadSize: payloadSize, version: UInt8(truncatingIfNeeded: ttl >> 16), flags: UInt16(truncatingIfNeeded: ttl))
    }
    return edns
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  func number16(_ offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }
}
