import NameService
import Testing

@Suite struct UpstreamResponseTests {
  private func judge(_ change: (inout Message) -> Void) throws -> UpstreamResponse {
    let query = Message(id: 5, flags: .query, questions: [Question(try #require(DomainName("example.com")), .a)])
    var response = query
    response.flags = MessageFlags(rawValue: 0x8180)
    change(&response)
    return query.bytes.withUnsafeBytes { query in
      response.bytes.withUnsafeBytes { UpstreamResponse($0, to: query, questionEnd: query.count) }
    }
  }

  @Test func answersAndDenialsAreGood() throws {
    #expect(try judge { _ in } == .answer)
    #expect(try judge { $0.flags.rawValue |= 3 } == .answer)
  }

  @Test(arguments: [1, 2, 4, 5] as [UInt16]) func otherCodesAreFailures(_ code: UInt16) throws {
    #expect(try judge { $0.flags.rawValue |= code } == .failure)
    #expect(
      try judge {
        $0.flags.rawValue |= code
        $0.questions = []
      } == .failure)
  }

  @Test func whatIsNotAskedForIsForeign() throws {
    #expect(try judge { $0.id = 6 } == .unrelated)
    #expect(try judge { $0.flags = .query } == .unrelated)
    #expect(try judge { $0.questions = [] } == .unrelated)
    #expect(try judge { $0.questions[0].type = .aaaa } == .unrelated)
    #expect(try judge { $0.questions[0].name = DomainName("example.net") ?? .root } == .unrelated)
    #expect(try judge { $0.questions += $0.questions } == .unrelated)
  }
}
