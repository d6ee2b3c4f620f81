import Addressing

extension Message {
  /// The encoded message with compressed names (RFC 1035, 4.1.4).
  package var bytes: [UInt8] {
    var writer = MessageWriter()
    writer.append(id)
    writer.append(flags.rawValue)
    for count in [questions.count, answers.count, authorities.count, additionals.count] {
      writer.append(UInt16(truncatingIfNeeded: count))
    }
    for question in questions {
      writer.append(question.name)
      writer.append(question.type.rawValue)
      writer.append(question.class.rawValue)
    }
    for record in answers + authorities + additionals { writer.append(record) }
    return writer.bytes
  }
}

/// Encodes a message and records the offsets of names, so that later names can point to them.
private struct MessageWriter {
  private(set) var bytes: [UInt8] = []
  /// Maps an encoded name or suffix to its offset in the message.
  private var offsets: [[UInt8]: UInt16] = [:]

  mutating func append(_ number: UInt16) {
    bytes.append(UInt8(number >> 8))
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(_ number: UInt32) {
    append(UInt16(number >> 16))
    append(UInt16(truncatingIfNeeded: number))
  }

  mutating func append(_ name: DomainName) {
    var rest = name.wire[...]
    while let length = rest.first, length != 0 {
      if let offset = offsets[Array(rest)] {
        append(0xC000 | offset)
        return
      }
      // A pointer has 14 bits.
      if bytes.count < 0x4000 { offsets[Array(rest)] = UInt16(bytes.count) }
      bytes.append(contentsOf: rest.prefix(1 + Int(length)))
      rest = rest.dropFirst(1 + Int(length))
    }
    bytes.append(0)
  }

  mutating func append(_ record: ResourceRecord) {
    append(record.name)
    append(record.type.rawValue)
    append(record.class.rawValue)
    append(record.ttl)
    let lengthOffset = bytes.count
    append(UInt16(0))
    switch record.data {
    case .a(let address): bytes.append(contentsOf: address.octets)
    case .aaaa(let address): bytes.append(contentsOf: address.octets)
    case .name(let name): append(name)
    case .soa(let soa):
      append(soa.primary)
      append(soa.mailbox)
      for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] { append(number) }
    case .opaque(let octets): bytes.append(contentsOf: octets)
    }
    let length = bytes.count - lengthOffset - 2
    bytes[lengthOffset] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[lengthOffset + 1] = UInt8(truncatingIfNeeded: length)
  }
}
