/// A message on the control socket. It consists of a length (four octets, little-endian), the protocol version, a
/// sequence number that the reply repeats, and the body.
enum ControlRequest: Sendable {
  /// Replace the table with the one that these changes build from an empty table.
  case replace([DataPlaneChange])
  /// Apply all changes or none.
  case apply([DataPlaneChange])
  case status
}

enum ControlReply: Sendable {
  /// The changes are in effect and on disk.
  case done
  /// Nothing was changed.
  case refused([DataPlaneRejection.Reason])
  case status(DataPlaneStatus)
}

enum ControlProtocol {
  static let version: UInt8 = 1
  /// The largest message in octets. A table of 100,000 endpoints is smaller.
  static let longest = 64 << 20

  static func encode(_ request: ControlRequest, sequence: UInt32) -> [UInt8] {
    frame(sequence) { encoder in
      switch request {
      case .replace(let changes):
        encoder.append(UInt8(1))
        encoder.append(changes) { $0.append($1) }
      case .apply(let changes):
        encoder.append(UInt8(2))
        encoder.append(changes) { $0.append($1) }
      case .status:
        encoder.append(UInt8(3))
      }
    }
  }

  static func encode(_ reply: ControlReply, sequence: UInt32) -> [UInt8] {
    frame(sequence) { encoder in
      switch reply {
      case .done: encoder.append(UInt8(1))
      case .refused(let reasons):
        encoder.append(UInt8(2))
        encoder.append(reasons) { $0.append($1) }
      case .status(let status):
        encoder.append(UInt8(3))
        encoder.append(status)
      }
    }
  }

  /// - Parameter body: a message without its length prefix.
  static func decodeRequest(_ body: some Sequence<UInt8>) throws(DecodingFailure) -> (UInt32, ControlRequest) {
    var decoder = RecordDecoder(body)
    let sequence = try start(&decoder)
    let kind = try decoder.number(UInt8.self)
    switch kind {
    case 1: return (sequence, .replace(try changes(&decoder)))
    case 2: return (sequence, .apply(try changes(&decoder)))
    case 3: return (sequence, .status)
    default: throw .unknownKind(kind)
    }
  }

  static func decodeReply(_ body: some Sequence<UInt8>) throws(DecodingFailure) -> (UInt32, ControlReply) {
    var decoder = RecordDecoder(body)
    let sequence = try start(&decoder)
    let kind = try decoder.number(UInt8.self)
    switch kind {
    case 1: return (sequence, .done)
    case 2:
      return (
        sequence, .refused(try decoder.list { (decoder) throws(DecodingFailure) in try decoder.rejectionReason() })
      )
    case 3: return (sequence, .status(try decoder.status()))
    default: throw .unknownKind(kind)
    }
  }

  private static func changes(_ decoder: inout RecordDecoder) throws(DecodingFailure) -> [DataPlaneChange] {
    try decoder.list { (decoder) throws(DecodingFailure) in try decoder.change() }
  }

  private static func start(_ decoder: inout RecordDecoder) throws(DecodingFailure) -> UInt32 {
    let version = try decoder.number(UInt8.self)
    guard version == Self.version else { throw .unknownVersion(version) }
    return try decoder.number()
  }

  private static func frame(_ sequence: UInt32, _ body: (inout RecordEncoder) -> Void) -> [UInt8] {
    var inner = RecordEncoder()
    inner.append(version)
    inner.append(sequence)
    body(&inner)
    var outer = RecordEncoder()
    outer.append(UInt32(inner.bytes.count))
    return outer.bytes + inner.bytes
  }
}
