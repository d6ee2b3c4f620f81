import EngineModel
import Testing

@testable import Images

@Suite struct RegistrySearchTests {
  @Test(arguments: [
    ("redis", "docker.io", "redis"), ("library/redis", "docker.io", "redis"), ("team/redis", "docker.io", "team/redis"),
    ("docker.io/library/redis", "docker.io", "redis"), ("index.docker.io/redis", "docker.io", "redis"),
    ("localhost/redis", "localhost", "redis"), ("localhost:5000/", "localhost:5000", ""),
    ("r.test:5000/team/redis", "r.test:5000", "team/redis"), ("[::1]:5000/x", "[::1]:5000", "x"),
  ]) func aTermNamesARegistry(_ text: String, _ domain: String, _ words: String) throws {
    let term = try SearchTerm(text)
    #expect(term.domain == domain && term.text == words)
  }

  @Test(arguments: ["http://r.test/x", "a.b:x/y"]) func aTermMayBeWrong(_ text: String) {
    #expect(throws: EngineError.self) { try SearchTerm(text) }
  }

  @Test func whatIsFoundCanBePulled() throws {
    let answer =
      #"{"results":[{"name":"a","star_count":7,"is_official":true},{"name":"r.test/b","description":"d"},{}]}"#
    #expect(
      try SearchResponses.searchPage(Array(answer.utf8), in: "r.test") == [
        SearchResult(name: "r.test/a", stars: 7, isOfficial: true), SearchResult(name: "r.test/b", description: "d"),
      ])
    #expect(try SearchResponses.searchPage(Array(answer.utf8), in: "docker.io").first?.name == "a")
    #expect(try SearchResponses.searchPage(Array("{}".utf8), in: "r.test").isEmpty)
    #expect(throws: EngineError.self) { try SearchResponses.searchPage(Array("<html>".utf8), in: "r.test") }
    let list = Array(#"{"repositories":["team/web","team/db"]}"#.utf8)
    #expect(try SearchResponses.catalogPage(list, SearchTerm("r.test/DB")).map(\.name) == ["r.test/team/db"])
    #expect(try SearchResponses.catalogPage(list, SearchTerm("r.test/")).count == 2)
  }

  @Test func challengesAreReadWithTheirQuotes() {
    let challenge = AuthenticationChallenge(
      #"Bearer realm="https://auth.test/token?a=b,c",service="the \"registry\"", scope=registry:catalog:*"#)
    #expect(challenge.scheme == "bearer")
    #expect(
      challenge.parameters == [
        "realm": "https://auth.test/token?a=b,c", "service": "the \"registry\"", "scope": "registry:catalog:*",
      ])
    #expect(AuthenticationChallenge("Basic realm=x").scheme == "basic")
    #expect(AuthenticationChallenge("").scheme == "")
    #expect(AuthenticationChallenge("Bearer realm=\"open").parameters["realm"] == "open")
    #expect(AuthenticationChallenge.token(Array(#"{"access_token":"t"}"#.utf8)) == "t")
    #expect(AuthenticationChallenge.token(Array(#"{"token":""}"#.utf8)) == nil)
  }

  @Test(arguments: [
    ("</v2/_catalog?last=x&n=9>; rel=\"next\"", "/v2/_catalog?last=x&n=9"),
    ("<https://elsewhere.test/v2/_catalog?n=9>; rel=\"next\"", "/v2/_catalog?n=9"), ("</a>; rel=\"prev\"", nil),
    ("", nil), ("<_catalog>; rel=\"next\"", nil),
  ]) func pagesFollowInTheSameRegistry(_ link: String, _ path: String?) {
    #expect(RegistryClient.Response.path(ofLink: link) == path)
  }

  @Test func anAnswerEndsWithItsStatus() throws {
    let answer = try #require(RegistryClient.Response(Array("two\nlines\n200\n\n</x>; rel=\"next\"".utf8)))
    #expect(answer.status == 200 && answer.next == "/x")
    #expect(String(decoding: answer.body, as: UTF8.self) == "two\nlines")
    #expect(RegistryClient.Response(Array("cut off".utf8)) == nil)
  }
}
