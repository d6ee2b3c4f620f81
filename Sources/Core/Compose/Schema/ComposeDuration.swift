import EngineModel

/// A duration in a Compose file: Go's notation without a sign, extended by days and weeks.
struct ComposeDuration: Hashable, Sendable {
  let nanoseconds: Int64

  init?(_ text: String) {
    guard text.first != "-", text.first != "+", let span = DurationText(text, takesDays: true) else { return nil }
    nanoseconds = span.nanoseconds
  }

  /// Whole seconds, rounded up.
  var seconds: Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }
}
