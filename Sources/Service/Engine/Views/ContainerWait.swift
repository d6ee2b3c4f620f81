/// The condition of `POST /containers/{id}/wait`.
package enum WaitCondition: String, Sendable, Hashable {
  case notRunning = "not-running"
  case nextExit = "next-exit"
  case removed
}

/// How a wait ended.
package struct WaitResult: Sendable, Hashable {
  package var exitCode: Int32
  /// Set when the wait itself failed.
  package var error: String?

  package init(exitCode: Int32, error: String? = nil) {
    self.exitCode = exitCode
    self.error = error
  }
}

/// A wait that is registered: it misses no event from now on, so the server may send its headers first.
package struct ContainerWait: Sendable {
  private let outcome: @Sendable () async throws -> WaitResult

  package init(_ outcome: @escaping @Sendable () async throws -> WaitResult) {
    self.outcome = outcome
  }

  /// - Throws: `CancellationError` when the waiting task is cancelled.
  package func result() async throws -> WaitResult { try await outcome() }
}
