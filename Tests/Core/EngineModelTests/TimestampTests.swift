import EngineModel
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000000000Z"), (1_709_210_096_000_000_007, "2024-02-29T12:34:56.000000007Z"),
    (951_827_696_500_000_000, "2000-02-29T12:34:56.500000000Z"),
    (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999999Z"),
    (-1, "1969-12-31T23:59:59.999999999Z"),
  ])
  func printsRFC3339(_ nanoseconds: Int64, _ text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).description == text)
  }
}

@Suite struct IdentifierTests {
  @Test func randomIdentitiesAreWellFormedAndDiffer() {
    let ids = Set((0..<200).map { _ in ContainerID.random() })
    #expect(ids.count == 200)
    for id in ids {
      #expect(ContainerID(id.rawValue) == id)
      #expect(id.short.utf8.contains { $0 >= UInt8(ascii: "a") })
    }
  }

  @Test(arguments: [
    "", "abc", String(repeating: "A", count: 64), String(repeating: "a", count: 65), String(repeating: "g", count: 64),
  ])
  func refusesOtherTexts(_ text: String) {
    #expect(NetworkID(text) == nil)
  }
}
