import EngineModel

/// One instruction of a Dockerfile, continued lines put together.
struct DockerfileInstruction: Sendable, Hashable {
  /// Where it begins, counted from one.
  let line: Int
  /// In capital letters.
  let keyword: String
  /// `--from=web`, in their order.
  var flags: [String]
  /// What follows the flags.
  let rest: String
  /// All of it, as it is shown while it is built: `RUN make && make install`.
  let text: String

  /// - Parameter text: without blanks at its ends, and not empty.
  init(line: Int, text: String) {
    self.line = line
    self.text = text
    keyword = text.prefix { !Self.isBlank($0) }.uppercased()
    var left = text.drop { !Self.isBlank($0) }.drop(while: Self.isBlank)
    var flags: [String] = []
    while left.hasPrefix("--") {
      let word = left.prefix { !Self.isBlank($0) }
      left = left.dropFirst(word.count).drop(while: Self.isBlank)
      if word == "--" { break }
      flags.append(String(word))
    }
    self.flags = flags
    rest = String(left)
  }

  static func isBlank(_ character: Character) -> Bool { character.isWhitespace }

  /// The value of a flag, if it is there: of `--from=web` it is `web`.
  func flag(_ name: String) -> String? {
    flags.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.utf8.count + 3)) }
  }

  /// The instruction with other flags, as a line for a Dockerfile.
  var rewritten: String { ([keyword] + flags + [rest]).filter { !$0.isEmpty }.joined(separator: " ") }

  /// Words parted by blanks, quotes and all.
  var words: [String] { rest.split(whereSeparator: Self.isBlank).map(String.init) }

  /// In Docker's words, with the line.
  func fault(_ text: String) -> EngineError {
    EngineError(.invalidParameter, "dockerfile parse error line \(line): \(text)")
  }
}
