import EngineAPI
import EngineModel
import Testing

@Suite struct PlatformTextTests {
  @Test(arguments: [
    ("linux", "linux"), ("linux/amd64", "linux/amd64"), ("Linux/x86_64", "linux/amd64"),
    ("linux/aarch64/v8", "linux/arm64/v8"), (#"{"os":"linux","architecture":"arm","variant":"v7"}"#, "linux/arm/v7"),
  ])
  func bothForms(text: String, read: String) throws { #expect(try PlatformText(text).description == read) }

  @Test(arguments: ["", "linux/", "a/b/c/d", "{", "/amd64"])
  func malformedOnes(text: String) {
    #expect(#expect(throws: EngineError.self) { try PlatformText(text) }?.code == .invalidParameter)
  }

  @Test func whatIsNotSaidFits() throws {
    #expect(try PlatformText("linux").fits(operatingSystem: "linux", architecture: "amd64", variant: ""))
    #expect(try PlatformText("linux/arm64/v8").fits(operatingSystem: "linux", architecture: "arm64", variant: ""))
    #expect(try !PlatformText("linux/arm64").fits(operatingSystem: "linux", architecture: "amd64", variant: ""))
    #expect(try !PlatformText("windows").fits(operatingSystem: "linux", architecture: "amd64", variant: ""))
  }
}
