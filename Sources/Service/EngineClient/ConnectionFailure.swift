internal import Synchronization

/// The first error of a connection. It outlives the channel's handlers.
final class ConnectionFailure: Sendable {
  private let first = Mutex<(any Error)?>(nil)

  var reason: (any Error)? { first.withLock { $0 } }

  /// Later errors follow from the first and are dropped.
  func set(_ error: any Error) {
    first.withLock { if $0 == nil { $0 = error } }
  }
}
