import JSON
import EngineAPI
import Testing

@testable import causeway

/// The parts of `causeway compose` that call no engine: `.dockerignore`, archives, log lines, plugin arguments.
@Suite struct ComposeToolsTests {
  @Test(arguments: [
    ("*.txt", "a.txt", true), ("*.txt", "sub/a.txt", false), ("**/*.txt", "sub/deep/a.txt", true),
    ("**/*.txt", "a.txt", true),
    ("sub", "sub/a", true), ("sub/", "sub/a", true), ("/sub", "sub", true), ("sub/*", "sub/a/b", true),
    ("sub", "subway", false),
    ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("\\*", "*", true),
    ("\\*", "a", false),
    ("*\n!keep", "keep", false), ("*\n!keep", "other", true), ("!keep\n*", "keep", true), ("# sub\n\n", "sub", false),
    ("./sub", "sub/x", true),
    ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true), ("a/**", "a/b", true),
  ])
  func ignorePatterns(_ text: String, _ path: String, _ isIgnored: Bool) {
    #expect(IgnorePatterns(text).ignores(path) == isIgnored, "\(text) on \(path)")
  }

  @Test func archivesFollowTheTarFormat() {
    var file = TarEntry(name: "f", kind: .file, mode: 0o600, user: 5, group: 6)
    file.size = 3
    file.modified = 1
    let folder = TarEntry(name: String(repeating: "long/", count: 30), kind: .folder, mode: 0o755)
    let bytes = TarFormat.member(file, Array("abc".utf8)) + TarFormat.header(folder) + TarFormat.trailer
    #expect(bytes.count % 512 == 0)
    #expect(bytes.suffix(1024).allSatisfy { $0 == 0 })
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self) }
    #expect(text(0..<100) == "f" && text(100..<108) == "0000600" && text(124..<136) == "00000000003")
    #expect(text(257..<263) == "ustar" && bytes[156] == 0x30)
    let sum = bytes[0..<512].enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    #expect(Int(text(148..<154), radix: 8) == sum)
    #expect(text(512..<515) == "abc")
    // A pax record before the entry holds the long name. Its length includes its own digits.
    #expect(bytes[1024 + 156] == 0x78)
    #expect(text(1536..<2048).hasPrefix("160 path=long/long/"))
  }

  @Test func pluginArguments() throws {
    let alone = try #require(ComposePlugin(called: "docker-compose", arguments: ["up"]) { _ in nil })
    #expect(alone.commandArguments == ["compose", "up"] && alone.metadata == nil)
    let called = try #require(
      ComposePlugin(called: "docker-compose", arguments: ["-H", "x", "compose", "up"]) { _ in "docker" })
    #expect(called.commandArguments == ["-H", "x", "compose", "up"])
    let asked = try #require(
      ComposePlugin(called: "docker-compose", arguments: ["docker-cli-plugin-metadata"]) { _ in nil })
    #expect(try JSONParser.parse(try #require(asked.metadata))["SchemaVersion"] == .string("0.1.0"))
    #expect(ComposePlugin(called: "causeway", arguments: []) { _ in nil } == nil)
  }

  @Test func everyCommandHasANameAndHelp() {
    let names = ComposeCatalog.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in ["up", "down", "ps", "logs", "exec", "run", "build", "pull", "config", "events", "ls", "cp"] {
      #expect(ComposeCatalog.find(name) != nil, "\(name)")
    }
    #expect(ComposeCatalog.overview.hasPrefix("Commands:\n"))
  }
}
