import Addressing
import NameService
import Testing

@Suite struct MessageTests {
  private static func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

  static let full = Message(
    id: 77, flags: MessageFlags(rawValue: 0x8180), questions: [Question(name("www.example.com"), .any)],
    answers: [
      ResourceRecord(name: name("www.example.com"), type: .cname, ttl: 60, data: .name(name("web.example.com"))),
      ResourceRecord(name: name("web.example.com"), type: .a, ttl: 60, data: .a(IPv4Address(192, 0, 2, 1))),
      ResourceRecord(
        name: name("web.example.com"), type: .aaaa, ttl: 60,
        data: .aaaa(IPv6Address(groups: [0x2001, 0xDB8, 0, 0, 0, 0, 0, 1]))),
      ResourceRecord(name: name("web.example.com"), type: .txt, ttl: 60, data: .opaque([2, 0x68, 0x69])),
    ],
    authorities: [
      ResourceRecord(
        name: name("example.com"), type: .soa, ttl: 60,
        data: .soa(
          StartOfAuthority(
            primary: name("ns.example.com"), mailbox: name("hostmaster.example.com"), serial: 1, refresh: 2, retry: 3,
            expire: 4, minimum: 5)))
    ],
    additionals: [.edns(payloadSize: 1232)])

  @Test func whatIsWrittenIsRead() throws {
    #expect(try Message(Self.full.bytes) == Self.full)
  }

  @Test func namesAreCompressed() {
    // The name example.com is encoded once.
    let bytes = Self.full.bytes
    let label = Array("\u{7}example".utf8)
    let places = bytes.indices.filter { bytes[$0...].starts(with: label) }
    #expect(places.count == 1)
  }

  @Test func everyTruncationIsNoticed() {
    let bytes = Self.full.bytes
    for count in 0..<bytes.count {
      #expect(throws: MessageError.self) { try Message(Array(bytes[..<count])) }
    }
  }

  @Test func pointersMustLeadBackwards() {
    let header: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0]
    // Pointers to itself, forwards, and to a label that leads back to it.
    for (name, error) in [
      ([0xC0, 12], .badPointer), ([0xC0, 14], .badPointer), ([1, 0x61, 0xC0, 12], .badPointer), ([0x80], .badLabel),
      ([0xC0], .truncated),
    ] as [([UInt8], MessageError)] {
      #expect(throws: error) { try Message(header + name + (error == .truncated ? [] : [0, 1, 0, 1])) }
    }
  }

  @Test func chainsOfPointersEnd() throws {
    // One label per name, each pointing to the name before it. The last one exceeds the limit.
    var bytes: [UInt8] = [0, 1, 0x81, 0x80, 0, 130, 0, 0, 0, 0, 0, 0]
    var previous: Int?
    for _ in 0..<130 {
      let place = bytes.count
      bytes += [1, 0x61]
      bytes += previous.map { [0xC0 | UInt8($0 >> 8), UInt8($0 & 255)] } ?? [0]
      bytes += [0, 1, 0, 1]
      previous = place
    }
    #expect(throws: MessageError.nameTooLong) { try Message(bytes) }
    bytes[5] = 127
    #expect(try Message(bytes).questions.last?.name.wire.count == 255)
  }

  @Test func dataMustFitItsType() {
    for (type, data) in [(RecordType.a, 3), (.a, 5), (.aaaa, 4)] {
      var message = Self.full
      message.answers = [
        ResourceRecord(name: .root, type: type, ttl: 0, data: .opaque([UInt8](repeating: 1, count: data)))
      ]
      #expect(throws: MessageError.badRecordData) { try Message(message.bytes) }
    }
  }
}
