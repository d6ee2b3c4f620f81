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
  /// The texts that follow it.
  var documents: [HereDocument] = []
  /// The name of the file it stands in.
  var file = "Dockerfile"
  /// Where the pieces stand of which the text is made.
  private let pieces: [Piece]

  /// A piece of an instruction's text: it begins with so many characters before it, in this line and column.
  struct Piece: Sendable, Hashable {
    var offset: Int
    var line: Int
    var column: Int
  }

  /// - Parameters:
  ///   - text: without blanks at its ends, and not empty.
  ///   - pieces: where it stands, in order; by default in one line.
  init(line: Int, text: String, pieces: [Piece] = []) {
    self.line = line
    self.text = text
    self.pieces = pieces.isEmpty ? [Piece(offset: 0, line: line, column: 1)] : pieces
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

  /// In Docker's words, and before them the file, the line and the column.
  ///
  /// - Parameter word: what of the instruction it is about; empty: its keyword.
  func fault(_ message: String, at word: String = "", _ code: EngineError.Code = .invalidParameter) -> EngineError {
    let offset = text.firstRange(of: word).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
    let piece = pieces.last { $0.offset <= offset } ?? pieces[0]
    return EngineError(
      code,
      "\(file):\(piece.line):\(piece.column + offset - piece.offset): dockerfile parse error line \(line): \(message)")
  }
}
