import Testing

@testable import Compose

/// The rules of `.env`.
@Suite struct DotenvFileTests {
  private func parse(_ text: String, _ environment: [String: String] = [:]) throws -> [String: String?] {
    Dictionary(
      try DotenvFile.parse(text, file: ".env") { environment[$0] }.map { ($0.name, $0.value) },
      uniquingKeysWith: { $1 })
  }

  @Test(arguments: [
    ("A=b", "b"), ("A = b ", "b"), ("export A=b", "b"), ("A: b", "b"), ("A=", ""), ("A=b # c", "b"), ("A=b#c", "b#c"),
    ("A='b # c'", "b # c"), ("A=\"b # c\" # d", "b # c"), ("A='$X'", "$X"), ("A=\"$X\"", "x"), ("A=$X", "x"),
    ("A=${X}y", "xy"),
    ("A=\"a\\nb\"", "a\nb"), ("A='a\\nb'", "a\\nb"), ("A=\"\\$X\"", "$X"), ("A=\"a\nb\"", "a\nb"), ("A='a\nb'", "a\nb"),
    ("A=\"\\\"q\\\"\"", "\"q\""), ("A=${NO:-d}", "d"), ("A=a=b", "a=b"), ("# c\n\nA=b\n", "b"), ("A=b\r\nB=c\r\n", "b"),
    ("X=other\nA=$X", "x"), ("Y=1\nA=$Y", "1"), ("A=b c", "b c"), ("\u{FEFF}A=b", "b"),
  ])
  func values(_ text: String, _ expected: String) throws {
    #expect(try parse(text, ["X": "x"])["A"] == .some(.some(expected)), "\(text)")
  }

  @Test func namesWithoutValuesInherit() throws {
    let values = try parse("HERE\nGONE\n", ["HERE": "1"])
    #expect(values["HERE"] == .some(.some("1")))
    #expect(values["GONE"] == .some(.none))
  }

  @Test(arguments: [
    ("A=b\n=c", 2), ("A='b", 1), ("A=\"b\n\nc", 1), ("A b", 1), ("A='b' c", 1), ("A=${", 1), ("\nA=${B:?no}", 2),
  ])
  func wrong(_ text: String, _ line: Int) {
    #expect { try parse(text) } throws: { ($0 as? ComposeError)?.location?.line == line }
  }

  @Test func rawFilesAreNotExpanded() throws {
    let values = try DotenvFile.parseRaw("A='$X' # c\n# c\nB=1\n", file: "f") { _ in nil }
    #expect(values.map(\.name) == ["A", "B"])
    #expect(values.map(\.value) == ["'$X' # c", "1"])
  }
}
