import EngineClient
import EngineModel
import Testing

@Suite struct EngineHostTests {
  @Test func hostsAreParsed() throws {
    #expect(try EngineHost("unix:///run/x.sock") == .unix(path: "/run/x.sock"))
    #expect(try EngineHost("tcp://192.0.2.1:99") == .tcp(host: "192.0.2.1", port: 99))
    #expect(try EngineHost("tcp://192.0.2.1") == .tcp(host: "192.0.2.1", port: 2375))
    #expect(try EngineHost("tcp://[2001:db8::1]:99") == .tcp(host: "2001:db8::1", port: 99))
    #expect(try EngineHost("tcp://[2001:db8::1]") == .tcp(host: "2001:db8::1", port: 2375))
    #expect(try EngineHost("tcp://[2001:db8::1]:99").description == "tcp://[2001:db8::1]:99")
  }

  @Test(arguments: ["", "x", "unix://a", "tcp://a:b", "tcp://a:0", "what://x"])
  func nonsenseIsRefused(_ text: String) {
    #expect(throws: EngineError.self) { try EngineHost(text) }
  }

  @Test func otherTransportsAreSaidToBeMissing() {
    do {
      _ = try EngineHost("ssh://host")
      Issue.record("ssh was accepted")
    } catch {
      #expect(error.code == .notImplemented)
    }
  }
}
