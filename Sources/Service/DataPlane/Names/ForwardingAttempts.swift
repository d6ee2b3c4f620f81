import NameService

/// Chooses the next upstream. Asks each one once, a single one twice, and at most three in total, because the
/// container's resolver gives up after five seconds.
struct ForwardingAttempts {
  /// Milliseconds to wait for one upstream.
  static let timeout: UInt64 = 1_500
  private static let most = 3

  private let upstreams: [Upstream]
  private var made = 0

  init(_ upstreams: [Upstream]) {
    self.upstreams = upstreams
  }

  /// `nil` when enough upstreams have been asked.
  mutating func next() -> Upstream? {
    guard !upstreams.isEmpty, made < min(Self.most, max(2, upstreams.count)) else { return nil }
    defer { made += 1 }
    return upstreams[made % upstreams.count]
  }
}
