import EngineModel

/// A span of time as Compose files have it: Go's notation without a sign, and days and weeks.
struct TimeSpan: Hashable, Sendable {
  let nanoseconds: Int64

  init?(_ text: String) {
    guard text.first != "-", text.first != "+", let span = DurationText(text, takesDays: true) else { return nil }
    nanoseconds = span.nanoseconds
  }

  /// Whole seconds, rounded up.
  var seconds: Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }
}
