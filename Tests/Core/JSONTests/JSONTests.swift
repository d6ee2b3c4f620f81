import JSON
import JSON
import Testing

@Suite struct JSONTests {
  struct Sample: Codable, Equatable {
    var Name = ""
    var Count: Int = 0
    var Flag = false
    var Items: [String] = []
    var Map: [String: Int] = [:]
    var Inner = Nested()
    var Pointer: Int64?
    @Nullable var Slice: [String]?

    struct Nested: Codable, Equatable { var X: Int32 = 0 }
  }

  @Test func whatIsAbsentOrNullIsZero() throws {
    #expect(try JSONDecoding.decode(Sample.self, from: Array("{}".utf8)) == Sample())
    let nulls =
      #"{"Name":null,"Count":null,"Flag":null,"Items":null,"Map":null,"Inner":null,"Pointer":null,"Slice":null}"#
    #expect(try JSONDecoding.decode(Sample.self, from: Array(nulls.utf8)) == Sample())
  }

  @Test func namesMatchWithoutCaseWhereNoneIsExact() throws {
    let sample = try JSONDecoding.decode(Sample.self, from: Array(#"{"name":"a","NAME":"b","count":3}"#.utf8))
    #expect(sample.Name == "b")
    #expect(sample.Count == 3)
    #expect(try JSONDecoding.decode(Sample.self, from: Array(#"{"name":"a","Name":"b"}"#.utf8)).Name == "b")
  }

  @Test(arguments: [
    (#"{"Name":1}"#, "cannot unmarshal number into field Name of type string"),
    (#"{"Count":"1"}"#, "cannot unmarshal string into field Count of type int"),
    (#"{"Count":1.5}"#, "cannot unmarshal number 1.5 into field Count of type int"),
    (#"{"Inner":{"X":2147483648}}"#, "cannot unmarshal number 2147483648 into field Inner.X of type int32"),
    (#"{"Items":{}}"#, "cannot unmarshal object into field Items of type array"),
    (#"{"Items":["a",2]}"#, "cannot unmarshal number into field Items.[1] of type string"),
    (#"{"Flag":0}"#, "cannot unmarshal number into field Flag of type bool"),
    ("[]", "cannot unmarshal array into value of type object"),
  ])
  func typesAreStrict(_ text: String, _ message: String) {
    #expect(throws: JSONError(message)) { try JSONDecoding.decode(Sample.self, from: Array(text.utf8)) }
  }

  @Test(arguments: [
    "", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1,]", "{,}", "nul", "01", "1.", "1e", "-", "\"\\x\"",
    "\"\\u12\"",
    "\"abc", "{}x", "{} {}", "\u{7F}", "\"\u{1}\"", "\"a\\u0000b\"", "+1", ".5",
  ])
  func brokenTextIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
  }

  @Test func depthIsBounded() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError("exceeded max depth")) { try JSONParser.parse(deep) }
    let fine = String(repeating: "[", count: 50) + String(repeating: "]", count: 50)
    #expect(throws: Never.self) { try JSONParser.parse(fine) }
  }

  @Test func everyPrefixOfADocumentIsAnError() {
    let text = #"{"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":false}}"#
    let bytes = Array(text.utf8)
    for end in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONParser.parse(Array(bytes[..<end])) }
    }
    #expect(throws: Never.self) { try JSONParser.parse(bytes) }
  }

  @Test func escapesComeOutAndGoIn() throws {
    let value = try JSONParser.parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800x""#)
    #expect(value == .string("\"\\/\u{8}\u{c}\n\r\té😀\u{FFFD}x"))
    #expect(
      String(decoding: JSONWriter.bytes(.string("\"\\\n\r\t\u{1}\u{1f}<é>&")), as: UTF8.self)
        == #""\"\\\n\r\t\u0001\u001f<é>&""#)
  }

  @Test func bytesThatAreNotUTF8AreReplacedAsInGo() throws {
    #expect(try JSONParser.parse([0x22, 0xFF, 0x22]) == .string("\u{FFFD}"))
  }

  @Test func membersKeepTheirOrderAndDictionariesAreSorted() throws {
    var sample = Sample()
    sample.Map = ["b": 2, "a": 1, "c": 3]
    sample.Pointer = -5
    #expect(
      String(decoding: try JSONEncoding.bytes(sample), as: UTF8.self)
        == #"{"Name":"","Count":0,"Flag":false,"Items":[],"Map":{"a":1,"b":2,"c":3},"Inner":{"X":0},"Pointer":-5,"Slice":null}"#
    )
  }

  @Test func unknownMembersAreToldWhenTheyAreSet() throws {
    let text = #"{"Name":"a","Nmae":"b","Zero":0,"Null":null,"Empty":{"x":[]},"Inner":{"X":1,"Y":true},"Map":{"q":1}}"#
    let (_, unknown) = try JSONDecoding.decodeStrictly(Sample.self, from: Array(text.utf8))
    #expect(unknown == ["Nmae", "Inner.Y"])
  }
}
