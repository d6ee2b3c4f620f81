import NameService
import Testing

@Suite struct DomainNameTests {
  @Test(arguments: [
    ("web", "web."), ("Web.Front", "web.front."), ("web.", "web."), (".", "."), ("a_b-1", "a_b-1."),
    (String(repeating: "x", count: 63), String(repeating: "x", count: 63) + "."),
  ])
  func readsAndPrints(_ text: String, _ printed: String) throws {
    #expect(try #require(DomainName(text)).description == printed)
  }

  @Test(arguments: ["", "..", ".web", "a..b", "web..", String(repeating: "x", count: 64)])
  func refuses(_ text: String) {
    #expect(DomainName(text) == nil)
  }

  @Test func isAtMost255OctetsLong() {
    let label = String(repeating: "x", count: 63)
    let longest = "\(label).\(label).\(label).\(String(repeating: "x", count: 61))"
    #expect(DomainName(longest)?.wire.count == 255)
    #expect(DomainName(longest + "y") == nil)
    #expect(DomainName(longest).flatMap { name in DomainName("a").flatMap { name.appending($0) } } == nil)
  }

  @Test func equalWhateverTheCase() {
    #expect(DomainName("WEB.front") == DomainName("web.FRONT"))
    #expect(DomainName("web") != DomainName("wep"))
  }

  @Test func reverseNames() {
    #expect(DomainName(reverse: [172, 18, 0, 2]).description == "2.0.18.172.in-addr.arpa.")
    let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2A]
    #expect(
      DomainName(reverse: six).description
        == "a.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")
  }

  @Test func joins() throws {
    let joined = try #require(DomainName("web")).appending(try #require(DomainName("front")))
    #expect(joined == DomainName("web.front"))
  }
}
