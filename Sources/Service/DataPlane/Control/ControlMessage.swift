/// What is said on the control socket. Each message is a length (four octets, little endian) and that many octets: the
/// version of the protocol, the sequence number, which an answer repeats, and the message itself.
enum ControlRequest: Sendable {
  /// Serve exactly this, given as what makes it out of nothing.
  case replace([DataPlaneChange])
  /// All of it or nothing.
  case apply([DataPlaneChange])
  case status
}

enum ControlReply: Sendable {
  /// It is served, and on disk.
  case done
  /// Nothing has been changed.
  case refused([DataPlaneFailure])
  case status(DataPlaneStatus)
}

enum ControlMessage {
  static let version: UInt8 = 1
  /// Octets of a message; a table of 100,000 endpoints is smaller.
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
      case .refused(let failures):
        encoder.append(UInt8(2))
        encoder.append(failures) { $0.append($1) }
      case .status(let status):
        encoder.append(UInt8(3))
        encoder.append(status)
      }
    }
  }

  /// - Parameter body: a message without its length.
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
      return (sequence, .refused(try decoder.list { (decoder) throws(DecodingFailure) in try decoder.failure() }))
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
