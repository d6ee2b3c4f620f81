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

  @Test func timesAreRead() {
    #expect(Timestamp(rfc3339: "1970-01-01T00:00:00Z")?.nanoseconds == 0)
    for text in ["2024-02-29T23:59:59.123456789Z", "1999-12-31T00:00:00.000000000Z", "1900-03-01T12:00:00.500000000Z"] {
      #expect(Timestamp(rfc3339: text)?.description == text)
    }
    #expect(Timestamp(rfc3339: "2024-01-01T01:30:00.5+01:30")?.description == "2024-01-01T00:00:00.500000000Z")
    for text in [
      "", "2024", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00Zx", "0001-01-01T00:00:00Z",
    ] {
      #expect(Timestamp(rfc3339: text) == nil)
    }
    // As conmon writes it.
    #expect(Timestamp(rfc3339: "2024-05-01T12:00:00.123456789+02:00")?.description == "2024-05-01T10:00:00.123456789Z")
    #expect(Timestamp(rfc3339: "2024-01-01T00:00:00.1234567891Z")?.description == "2024-01-01T00:00:00.123456789Z")
    for text in ["2024-01-01T00:00:00.Z", "2024-1-01T00:00:00Z", "2024-01-01T00:00:00+1:00", "2024-01-01T24:00:00Z"] {
      #expect(Timestamp(rfc3339: text) == nil)
    }
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
