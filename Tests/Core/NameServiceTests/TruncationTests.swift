import Addressing
import NameService
import Testing

@Suite struct TruncationTests {
  var scenario = Scenario()

  init() {
    for number in 0..<200 {
      scenario.attach("s\(number)", "front", [.v4(IPv4Address(172, 18, 1, UInt8(number)))], aliases: ["service"])
    }
  }

  @Test(arguments: [(nil, 512), (100, 512), (512, 512), (1232, 1232), (60000, 4096)] as [(UInt16?, Int)])
  mutating func datagramsKeepToTheClientsSize(_ size: UInt16?, _ limit: Int) throws {
    let edns = size.map { ResourceRecord.edns(payloadSize: $0) }
    let reply = try #require(try scenario.ask("service", from: "web", edns: edns))
    let length = reply.bytes.count
    #expect(length <= limit)
    // All that fit are included, and only a truncated reply has the flag.
    #expect(reply.answers.count == 200 ? !reply.flags.isTruncated : reply.flags.isTruncated && length > limit - 16)
    #expect((reply.edns != nil) == (size != nil))
  }

  @Test mutating func streamsHaveRoomForAll() throws {
    let reply = try #require(try scenario.ask("service", from: "web", over: .tcp))
    #expect(reply.answers.count == 200)
    #expect(!reply.flags.isTruncated)
  }

  @Test mutating func ednsIsAnsweredWithOurSize() throws {
    let edns = try #require(try scenario.ask("db", from: "web", edns: .edns(payloadSize: 1232))?.edns)
    #expect(edns.class.rawValue == Zone.largestDatagram)
    #expect(edns.ttl == 0)
    var wanting = ResourceRecord.edns(payloadSize: 1232)
    wanting.ttl |= 0x8000
    #expect(try scenario.ask("db", from: "web", edns: wanting)?.edns?.ttl == 0x8000)
    #expect(try scenario.ask("db", from: "web")?.edns == nil)
  }

  @Test mutating func anUnknownVersionOfEDNSIsRefused() throws {
    let reply = try #require(
      try scenario.ask("db", from: "web", edns: .edns(payloadSize: 1232, version: 1)))
    #expect(reply.answers.isEmpty)
    #expect(reply.edns?.ttl == 0x0100_0000)
  }

  @Test mutating func whatIsForwardedCarriesTheLimit() throws {
    var query = Message(
      id: 9, flags: .query, questions: [Question(try #require(DomainName("example.com")), .a)])
    let end = query.bytes.count
    #expect(
      try scenario.resolve(query.bytes, from: "web").resolution
        == .forward(QueryBounds(questionEnd: end, limit: 512)))
    query.additionals = [.edns(payloadSize: 1400)]
    #expect(
      try scenario.resolve(query.bytes, from: "web").resolution
        == .forward(QueryBounds(questionEnd: end, limit: 1400)))
    #expect(
      try scenario.resolve(query.bytes, from: "web", over: .tcp).resolution
        == .forward(QueryBounds(questionEnd: end, limit: 65535)))
  }
}
