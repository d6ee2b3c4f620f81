import EngineModel
import Glibc
import Testing

@testable import Images

@Suite struct ScopedPathTests {
  private static let links = [
    "abs": "/etc", "up": "../../../etc", "a/rel": "b", "a/out": "../../../../x", "chain": "chain2", "chain2": "a/rel",
    "round": "round", "a/dots": "./b/..", "slash": "a//b/",
  ]

  private func resolve(_ text: String, followsLast: Bool = false) throws -> String {
    "/"
      + (try ScopedPath.resolve(text, followsLast: followsLast) { Self.links[$0.relativeText].map { Array($0.utf8) } })
      .names.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }

  @Test(arguments: [
    ("/", "/"), ("", "/"), ("..", "/"), ("../../x", "/x"), ("/a/../b", "/b"), ("a", "/a"), ("/abs", "/abs"),
    ("/abs/", "/etc"), ("/abs/.", "/etc"), ("/abs/x", "/etc/x"), ("/up/x", "/etc/x"), ("/a/rel/c", "/a/b/c"),
    ("/a/out/y", "/x/y"), ("/chain/z", "/a/b/z"), ("/a/dots/q", "/a/q"), ("/slash/q", "/a/b/q"),
    // As in Go's path package, `..` applies before links are followed.
    ("/abs/../x", "/x"),
  ])
  func linksStayInside(path: String, leadsTo: String) throws { #expect(try resolve(path) == leadsTo) }

  @Test func theLastLinkIsFollowedOnRequest() throws {
    #expect(try resolve("/abs", followsLast: true) == "/etc")
    #expect(try resolve("/chain", followsLast: true) == "/a/b")
    #expect(throws: EngineError.self) { try resolve("/round/x") }
  }

  @Test(arguments: [
    ("/d", "d"), ("/d/", "d"), ("/d/.", "."), ("/", "/"), ("/.", "/"), ("d/e", "e"), ("/d/..", "/"), (".", "/"),
  ])
  func theBaseIsWhatDockerCallsIt(path: String, base: String) { #expect(ScopedPath.lastComponent(path) == base) }

  @Test func modesAreGos() {
    #expect(PathStatus.mode(S_IFDIR | 0o755) == 2_147_484_141)
    #expect(PathStatus.mode(S_IFLNK | 0o777) == 134_218_239)
    #expect(PathStatus.mode(S_IFREG | 0o4755) == 1 << 23 | 0o755)
    #expect(PathStatus.mode(S_IFDIR | 0o1777) == 1 << 31 | 1 << 20 | 0o777)
    #expect(PathStatus.mode(S_IFCHR | 0o600) == 1 << 26 | 1 << 21 | 0o600)
  }
}
