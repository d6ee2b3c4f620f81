internal import EngineModel

/// Checks on text that is written to line-based files (`hosts`, `resolv.conf`, `hostname`) or to a tool's command line.
enum TextChecks {
  /// Printable characters without white space.
  static func word(_ text: String, as what: String) throws(EngineError) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw EngineError(.invalidParameter, "invalid \(what): \(text)")
    }
  }

  static func words(_ texts: [String], as what: String) throws(EngineError) {
    for text in texts { try word(text, as: what) }
  }

  /// The request asks for something that is not implemented or that does not exist on Linux.
  static func unsupported(_ isAsked: Bool, _ sentence: String) throws(EngineError) {
    if isAsked { throw EngineError(.notImplemented, sentence) }
  }

  static func invalid(_ isWrong: Bool, _ sentence: @autoclosure () -> String) throws(EngineError) {
    if isWrong { throw EngineError(.invalidParameter, sentence()) }
  }
}
