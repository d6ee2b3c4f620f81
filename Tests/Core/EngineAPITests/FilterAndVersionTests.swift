import EngineAPI
import EngineModel
import Testing

@Suite struct FilterAndVersionTests {
  @Test func bothFormsOfFiltersAreRead() throws {
    #expect(try FilterText.decode("") == [:])
    #expect(try FilterText.decode(#"{"label":{"a=b":true,"c":true,"d":false}}"#)["label"]?.sorted() == ["a=b", "c"])
    #expect(try FilterText.decode(#"{"name":["x","y"]}"#) == ["name": ["x", "y"]])
  }

  @Test(arguments: ["x", "[]", #"{"a":1}"#, #"{"a":{"b":1}}"#, #"{"a":[1]}"#, #"{"a":"b"}"#, "null"])
  func badFiltersAreRefused(_ text: String) {
    #expect(throws: EngineError.self) { try FilterText.decode(text) }
  }

  @Test func filtersComeBack() throws {
    let filters = ["name": ["a"], "label": ["k=v", "q\"x"]]
    #expect(try FilterText.decode(FilterText.encode(filters)) == filters)
  }

  @Test func versionsAreChecked() throws {
    #expect(APIVersion("1.41") == APIVersion(1, 41))
    for bad in ["", "1", "1.", ".4", "1.4.1", "a.b", "1.99999", "-1.4", "1.+4"] { #expect(APIVersion(bad) == nil) }
    #expect(APIVersion(1, 9) < APIVersion(1, 24))
    for fine in ["1.24", "1.43", "1.55"] {
      #expect(throws: Never.self) { try #require(APIVersion(fine)).checkSupported() }
    }
    #expect(text(APIVersion(1, 23)).contains("client version 1.23 is too old. Minimum supported API version is 1.24"))
    #expect(text(APIVersion(1, 56)) == "client version 1.56 is too new. Maximum supported API version is 1.55")
  }

  private func text(_ version: APIVersion) -> String {
    do {
      try version.checkSupported()
      return ""
    } catch {
      return error.message
    }
  }
}
