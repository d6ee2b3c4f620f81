import EngineModel
import Testing

/// Errors in the words of a person, not as Swift prints a value.
@Suite struct ErrorTextTests {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int?
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
  }

  private struct Bare: Error { var secret = 5 }
  private struct Worded: Error, CustomStringConvertible { var description = "the words" }

  @Test func errorsHaveWords() throws {
    let path: [any CodingKey] = [Key("mounts"), try #require(Key(intValue: 2)), Key("source")]
    let context = DecodingError.Context(codingPath: path, debugDescription: "Swift's words")
    let all: [(any Error, String)] = [
      (DecodingError.typeMismatch(Int.self, context), "mounts[2].source has another type than expected"),
      (DecodingError.valueNotFound(Int.self, context), "mounts[2].source has no value"),
      (DecodingError.keyNotFound(Key("x"), context), "mounts[2].source.x is missing"),
      (DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "")), "the document cannot be read"),
      (Worded(), "the words"), (Bare(), "an unexpected error (Bare)"),
      (EngineError(.system, "outer", cause: Bare()), "outer: an unexpected error (Bare)"),
      (EngineError(.system, "outer", cause: EngineError(.system, "inner", cause: Worded())), "outer: inner: the words"),
    ]
    for (error, text) in all { #expect(ErrorText.of(error) == text) }
  }
}
