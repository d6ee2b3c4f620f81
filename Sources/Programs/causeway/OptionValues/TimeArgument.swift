import EngineAPI
import EngineModel

/// The value of `--since` and `--until`: seconds since 1970, a duration before now (`42m`), or a date and time (RFC 3339,
/// which may be shortened).
enum TimeArgument {
  /// Seconds since 1970 with an optional fraction, as the Docker API takes it.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Throws: ``UsageError`` of kind `value`.
  static func seconds(_ text: String, now: Int64) throws(UsageError) -> String {
    if isNumber(text) { return text }
    guard let time = Timestamp(docker: text, now: Timestamp(nanoseconds: now * 1_000_000_000)) else {
      throw .value("failed to parse value as time or duration: \(text.quoted)")
    }
    return seconds(time)
  }

  static func seconds(_ time: Timestamp) -> String {
    let digits = String(time.nanoseconds % 1_000_000_000)
    return "\(time.seconds).\(String(repeating: "0", count: max(0, 9 - digits.utf8.count)))\(digits)"
  }

  private static func isNumber(_ text: String) -> Bool {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }
}
