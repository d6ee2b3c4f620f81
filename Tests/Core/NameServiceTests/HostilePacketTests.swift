import Addressing
import NameService
import Testing

@Suite struct HostilePacketTests {
  var scenario = Scenario()

  static let good = Message(
    id: 0x1234, flags: .query, questions: [Question(DomainName("db.front") ?? .root, .a)],
    additionals: [.edns(payloadSize: 1232)]
  ).bytes

  private mutating func code(_ bytes: [UInt8]) throws -> ResponseCode? {
    let (resolution, reply) = try scenario.resolve(bytes, from: "web")
    guard case .reply = resolution else { return nil }
    return try Message(reply).flags.responseCode
  }

  @Test mutating func whatHasNoHeaderIsIgnored() throws {
    for count in 0..<12 {
      #expect(try scenario.resolve(Array(Self.good[..<count]), from: "web").resolution == .ignore)
    }
  }

  @Test mutating func responsesAreIgnored() throws {
    var bytes = Self.good
    bytes[2] |= 0x80
    #expect(try scenario.resolve(bytes, from: "web").resolution == .ignore)
  }

  @Test mutating func whatIsCutOffIsAFormatError() throws {
    #expect(try code(Self.good) == .noError)
    for count in 12..<Self.good.count { #expect(try code(Array(Self.good[..<count])) == .formatError) }
  }

  @Test(arguments: 1..<16) mutating func otherOpcodesAreNotImplemented(_ opcode: UInt8) throws {
    var bytes = Self.good
    bytes[2] = bytes[2] & 0x87 | opcode << 3
    let reply = try Message(try scenario.resolve(bytes, from: "web").reply)
    #expect(reply.flags.responseCode == .notImplemented)
    #expect(reply.flags.opcode == opcode)
    #expect(reply.id == 0x1234)
  }

  @Test mutating func exactlyOneQuestion() throws {
    for count: UInt8 in [0, 2, 255] {
      var bytes = Self.good
      bytes[5] = count
      #expect(try code(bytes) == .formatError)
    }
    var bytes = Self.good
    bytes[7] = 1
    #expect(try code(bytes) == .formatError)
  }

  @Test mutating func aQuestionMayNotBeCompressed() throws {
    for pointer: [UInt8] in [[0xC0, 12], [0xC0, 0], [0xFF, 0xFF], [0x40, 0], [0x80, 0]] {
      let header: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
      #expect(try code(header + pointer + [0, 1, 0, 1]) == .formatError)
    }
  }

  @Test mutating func namesOfMoreThan255OctetsAreRefused() throws {
    let header: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    let label: [UInt8] = [63] + [UInt8](repeating: UInt8(ascii: "x"), count: 63)
    let tail: [UInt8] = [0, 0, 1, 0, 1]
    let most = label + label + label + [61] + [UInt8](repeating: UInt8(ascii: "x"), count: 61)
    guard case .forward = try scenario.resolve(header + most + tail, from: "web").resolution else {
      Issue.record("255 octets are allowed")
      return
    }
    #expect(try code(header + label + label + label + label + tail) == .formatError)
  }

  @Test mutating func onlyOneEDNSRecordAndAtTheRoot() throws {
    var message = try Message(Self.good)
    message.additionals.append(.edns(payloadSize: 512))
    #expect(try code(message.bytes) == .formatError)
    message.additionals = [.edns(payloadSize: 512)]
    message.additionals[0].name = try #require(DomainName("x"))
    #expect(try code(message.bytes) == .formatError)
  }

  /// Valid packets with octets changed, removed and duplicated. The reply must be well-formed, within its limit, and
  /// answer the question. Bounds checks find reads and writes out of range.
  @Test mutating func anyBytesAreSurvived() throws {
    var generator = SplitMix(state: 0xC0FFEE)
    var replies = 0
    for _ in 0..<60_000 {
      var bytes = Self.good
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.append(UInt8.random(in: 0...255, using: &generator))
        case 2 where bytes.count > 2: bytes.removeLast(Int.random(in: 1...2, using: &generator))
        default:
          bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
      }
      let transport: QueryTransport = Bool.random(using: &generator) ? .udp : .tcp
      let (resolution, reply) = try scenario.resolve(bytes, from: "web", over: transport)
      switch resolution {
      case .reply:
        replies += 1
        let message = try Message(reply)
        #expect(message.flags.isResponse)
        #expect(Array(reply[..<2]) == Array(bytes[..<2]))
      case .forward(let question):
        #expect(question.questionEnd <= bytes.count)
        #expect(question.limit >= 512)
      case .ignore: break
      }
      _ = try? Message(bytes)
    }
    #expect(replies > 10_000)
  }
}

/// A random generator with a fixed seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
