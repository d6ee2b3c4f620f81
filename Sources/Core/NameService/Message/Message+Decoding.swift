import Addressing

extension Message {
  /// - Throws: the reason why the bytes are not a DNS message. Ignores bytes after the last record, as servers do.
  package init(_ bytes: [UInt8]) throws(MessageError) {
    var result: Result<Message, MessageError> = .failure(.truncated)
    bytes.withUnsafeBytes { buffer in
      do throws(MessageError) {
        result = .success(try Message(reading: buffer))
      } catch {
        result = .failure(error)
      }
    }
    self = try result.get()
  }

  private init(reading buffer: UnsafeRawBufferPointer) throws(MessageError) {
    var reader = MessageReader(buffer)
    self.init(id: try reader.number16(), flags: MessageFlags(rawValue: try reader.number16()))
    let counts = (
      try reader.number16(), try reader.number16(), try reader.number16(), try reader.number16()
    )
    for _ in 0..<counts.0 {
      questions.append(
        Question(
          try reader.name(), RecordType(rawValue: try reader.number16()),
          class: RecordClass(rawValue: try reader.number16())))
    }
    for _ in 0..<counts.1 { answers.append(try reader.record()) }
    for _ in 0..<counts.2 { authorities.append(try reader.record()) }
    for _ in 0..<counts.3 { additionals.append(try reader.record()) }
  }
}

extension MessageReader {
  fileprivate mutating func record() throws(MessageError) -> ResourceRecord {
    let name = try name()
    let type = RecordType(rawValue: try number16())
    let recordClass = RecordClass(rawValue: try number16())
    let ttl = try number32()
    let length = Int(try number16())
    let end = offset + length
    guard end <= bytes.count else { throw .truncated }
    let data = try recordData(type, recordClass, length)
    guard offset == end else { throw .badRecordData }
    return ResourceRecord(name: name, type: type, class: recordClass, ttl: ttl, data: data)
  }

  private mutating func recordData(_ type: RecordType, _ recordClass: RecordClass, _ length: Int) throws(MessageError)
    -> RecordData
  {
    guard recordClass == .internet else { return .opaque(try octets(length)) }
    switch type {
    case .a, .aaaa:
      guard let address = IPAddress(octets: try octets(length)), address.family == (type == .a ? .ipv4 : .ipv6) else {
        throw .badRecordData
      }
      switch address {
      case .v4(let address): return .a(address)
      case .v6(let address): return .aaaa(address)
      }
    case .ns, .cname, .ptr:
      return .name(try name())
    case .soa:
      return .soa(
        StartOfAuthority(
          primary: try name(), mailbox: try name(), serial: try number32(), refresh: try number32(),
          retry: try number32(), expire: try number32(), minimum: try number32()))
    default:
      return .opaque(try octets(length))
    }
  }
}
