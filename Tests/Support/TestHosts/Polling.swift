/// Calls `attempt` repeatedly until it returns a value.
///
/// - Parameter what: the awaited event, for the error.
/// - Throws: ``TimedOut``, or the error of `attempt`.
@discardableResult
package func poll<T: Sendable>(
  _ what: String, for limit: Duration = .seconds(20), every interval: Duration = .milliseconds(20),
  isolation: isolated (any Actor)? = #isolation, _ attempt: () async throws -> T?
) async throws -> T {
  let end = ContinuousClock.now + limit
  while true {
    if let result = try await attempt() { return result }
    guard ContinuousClock.now < end else { throw TimedOut(what) }
    try await Task.sleep(for: interval)
  }
}

/// Like `poll`, for a condition.
package func waitUntil(
  _ what: String, for limit: Duration = .seconds(20), isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async throws {
  try await poll(what, for: limit, isolation: isolation) { try await condition() ? true : nil }
}
