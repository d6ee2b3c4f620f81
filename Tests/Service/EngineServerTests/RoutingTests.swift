import EngineAPI
import EngineModel
import EngineSettings
import NIOHTTP1
import Testing

@testable import EngineServer

@Suite struct RoutingTests {
  private func match(_ template: String, _ path: String) -> [String: String]? {
    Route(.GET, template) { _ in .noContent }
      .match(path.dropFirst().split(separator: "/", omittingEmptySubsequences: false))
  }

  @Test func templatesCatchWords() {
    #expect(match("/containers/{id}/json", "/containers/web/json") == ["id": "web"])
    #expect(match("/containers/{id}/json", "/containers//json") == nil)
    #expect(match("/containers/{id}/json", "/containers/a/b/json") == nil)
    #expect(match("/containers/{id}", "/containers/web/") == nil)
    #expect(
      match("/images/{name:.*}/json", "/images/registry.example/team/app:1/json") == [
        "name": "registry.example/team/app:1"
      ])
    #expect(match("/images/{name:.*}/json", "/images/json") == nil)
    #expect(match("/images/{name:.*}", "/images/a/b") == ["name": "a/b"])
    #expect(match("/version", "/version") == [:])
    #expect(match("/version", "/versions") == nil)
  }

  @Test func targetsAreTakenApart() throws {
    var target = try Target("/v1.43/containers/json?all=1&filters=%7B%7D&x=a+b")
    #expect(target.path == "/containers/json")
    #expect(target.version == APIVersion(1, 43))
    #expect(target.query["filters"] == "{}")
    #expect(target.query["x"] == "a b")
    #expect(target.query.flag("all"))
    target = try Target("http://docker/volumes/x?force")
    #expect(target.path == "/volumes/x")
    #expect(target.version == .current)
    #expect(target.query.flag("force") == false)
    #expect(try Target("/version").path == "/version")
    #expect(try Target("/volumes/a%2Fb").path == "/volumes/a/b")
    for bad in ["/%zz", "/%0", "/a?x=%00", "nothing", "/%ff", "/v1.2.3/x"] {
      #expect(throws: EngineError.self, "\(bad)") { try Target(bad) }
    }
  }

  @Test(arguments: [
    ("", false), ("0", false), ("no", false), ("False", false), ("none", false), ("1", true), ("yes", true),
  ])
  func switchesAreReadAsDockerdReadsThem(_ text: String, _ expected: Bool) throws {
    #expect(try #require(QueryItems("a=\(text)")).flag("a") == expected)
  }

  @Test func whoAsksForAPlanDoesNotGetTheThingDone() async throws {
    let witness = Witness()
    let routes = [
      Route(.POST, "/does") { _ in
        witness.note("done")
        return .noContent
      },
      Route(.POST, "/plans", plans: true) { request in .text(request.wantsPlan ? "plan" : "done") },
      Route(.GET, "/shows") { _ in .text("shown") },
    ]
    try await TestServer.with(routes) { server in
      func ask(_ line: String) async throws -> String {
        try await server.ask("\(line) HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
      }
      let refused = try await ask("POST /does?plan=1")
      #expect(refused.hasPrefix("HTTP/1.1 501 "))
      #expect(witness.notes.isEmpty)
      #expect(try await ask("POST /plans?plan=1").hasSuffix("plan"))
      #expect(try await ask("POST /plans?plan=0").hasSuffix("done"))
      #expect(try await ask("GET /shows?plan=1").hasSuffix("shown"))
    }
  }

  @Test func hostsAreParsed() throws {
    #expect(try HostAddress("unix:///run/x.sock") == .unix(path: "/run/x.sock"))
    #expect(try HostAddress("tcp://0.0.0.0:2375") == .tcp(host: "0.0.0.0", port: 2375))
    #expect(try HostAddress("tcp://[::1]:99") == .tcp(host: "::1", port: 99))
    #expect(try HostAddress("tcp://:99") == .tcp(host: "localhost", port: 99))
    #expect(try HostAddress("fd://") == .activation)
    for bad in [
      "unix://relative", "tcp://a:b", "tcp://a:70000", "x", "http://a", "unix:///" + String(repeating: "a", count: 120),
    ] {
      #expect(throws: EngineError.self, "\(bad)") { try HostAddress(bad) }
    }
  }
}
