import JSON
import EngineAPI
import Testing

@testable import Compose

/// Reading documents into nodes with locations, and rejecting invalid ones.
@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws -> Node {
    try #require(try YAMLReader.documents(Array(text.utf8), file: "f.yaml").first)
  }

  @Test(arguments: [
    ("22:22", Scalar.Kind.string), ("on", .string), ("yes", .string), ("1.10", .float), ("12", .integer),
    ("0x1F", .integer),
    ("0440", .integer), ("true", .bool), ("False", .bool), ("~", .null), ("null", .null), ("\"12\"", .string),
    ("'true'", .string), ("1e3", .float), ("2020-01-01", .string), ("1.2.3", .string), (".5", .float),
    ("!!str 12", .string), ("-7", .integer), ("09", .float), ("1_000", .string),
  ])
  func plainScalars(_ text: String, _ kind: Scalar.Kind) throws {
    #expect(try read("a: \(text)")["a"]?.scalar?.kind == kind, "\(text)")
  }

  @Test func locationsCountFromOne() throws {
    let node = try read("a: 1\nb:\n  - x\n  - y: 2\n")
    #expect(node.location == SourceLocation(file: "f.yaml", line: 1, column: 1))
    #expect(node["b"]?.items[1]["y"]?.location == SourceLocation(file: "f.yaml", line: 4, column: 8))
    #expect(node.entries[1].keyLocation.line == 2)
  }

  @Test func anchorsAndMergeKeys() throws {
    let node = try read(
      """
      x: &x {a: 1, b: 2}
      y: &y {b: 3, c: 4}
      one: {<<: *x, b: 9}
      two:
        <<: [*x, *y]
        d: 5
      three: *x
      """)
    #expect(node["one"]?.json(sorted: true) == .object([JSONMember("a", .number("1")), JSONMember("b", .number("9"))]))
    #expect(node["two"]?.entries.map(\.key).sorted() == ["a", "b", "c", "d"])
    #expect(node["two"]?["b"]?.integer == 2)
    #expect(node["three"] == node["x"])
  }

  @Test func directives() throws {
    let node = try read("a: !reset null\nb: !override [1]\nc: !reset\nd: !override {x: 1}\n")
    #expect(node["a"]?.directive == .reset)
    #expect(node["b"]?.directive == .override)
    #expect(node["c"]?.directive == .reset)
    #expect(node["d"]?.directive == .override)
  }

  @Test(arguments: [
    ("a: [", 2, "not YAML"), ("a: 1\na: 2", 2, "found the key \"a\" again; it was given at line 1"),
    ("a: *x", 1, "no anchor"), ("a: !foo 1", 1, "found the tag !foo"), ("\tb: 1", 1, "not YAML"),
    ("{[1]: 2}", 1, "as a key"),
    ("a: b: c", 1, "not YAML"), ("a: \"x", 1, "not YAML"), ("<<: 1", 1, "after <<"),
  ])
  func refused(_ text: String, _ line: Int, _ words: String) {
    #expect { try read(text) } throws: { error in
      let error = error as? ComposeError
      return error?.location?.line == line && error?.message.contains(words) == true
    }
  }

  @Test func aliasExpansionIsLimited() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
    }
    #expect { try read(text) } throws: { ($0 as? ComposeError)?.message.contains("its aliases expanded") == true }
  }

  @Test func depthAndSizeAreLimited() {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect { try read(deep) } throws: { ($0 as? ComposeError)?.message.contains("nesting") == true }
    #expect { try read(String(repeating: "#", count: YAMLReader.maximumSize + 1)) } throws: {
      ($0 as? ComposeError)?.message.contains("the limit is") == true
    }
    #expect { try read("a: \u{0}") } throws: { ($0 as? ComposeError)?.message.contains("NUL") == true }
    #expect(throws: ComposeError.self) { try YAMLReader.documents([0x61, 0x3A, 0x20, 0xFF, 0xFE], file: "f") }
  }

  @Test(arguments: [
    "on", "22:22", "1.10", "", "a: b", "x #y", "- a", "~", "a\nb", "\u{1}", "é", "null", "{a}", "plain", "/a:/b:ro",
    "${A}", "2020-01-01",
  ])
  func writtenDocumentsAreReadBack(_ text: String) throws {
    let location = SourceLocation(file: "", line: 1, column: 1)
    let node = Node.mapping(
      ["k": .text(text, at: location), "l": Node(.sequence([.text(text, at: location)]), at: location)], at: location)
    let read = try read(YAMLWriter.text(node))
    #expect(read["k"]?.scalar == Scalar(text))
    #expect(read["l"]?.items.first?.scalar == Scalar(text))
  }
}
