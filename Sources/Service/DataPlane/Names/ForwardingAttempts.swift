import NameService

/// Whom to ask next. Every server is asked once, and if there is only one twice; three at the most, for the resolver in
/// the container gives up after five seconds.
struct ForwardingAttempts {
  /// Milliseconds to wait for one server.
  static let timeout: UInt64 = 1_500
  private static let most = 3

  private let upstreams: [Upstream]
  private var made = 0

  init(_ upstreams: [Upstream]) {
    self.upstreams = upstreams
  }

  /// `nil` when enough have been asked.
  mutating func next() -> Upstream? {
    guard !upstreams.isEmpty, made < min(Self.most, max(2, upstreams.count)) else { return nil }
    defer { made += 1 }
    return upstreams[made % upstreams.count]
  }
}
