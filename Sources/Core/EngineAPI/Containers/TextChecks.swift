internal import EngineModel

/// Checks on words that end up in line-based files (`hosts`, `resolv.conf`, `hostname`) or on a tool's command line.
enum TextChecks {
  /// One word of printable characters, without white space.
  static func word(_ text: String, as what: String) throws(EngineError) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw EngineError(.invalidParameter, "invalid \(what): \(text)")
    }
  }

  static func words(_ texts: [String], as what: String) throws(EngineError) {
    for text in texts { try word(text, as: what) }
  }

  /// Something was asked for that is not built, or that has no meaning on Linux.
  static func unsupported(_ isAsked: Bool, _ sentence: String) throws(EngineError) {
    if isAsked { throw EngineError(.notImplemented, sentence) }
  }

  static func invalid(_ isWrong: Bool, _ sentence: @autoclosure () -> String) throws(EngineError) {
    if isWrong { throw EngineError(.invalidParameter, sentence()) }
  }
}
