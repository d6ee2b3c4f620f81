import Synchronization

/// What work in somebody's turn came to, handed out of it.
final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value?, any Error>>(.success(nil))

  func set(_ value: Value?) { result.withLock { $0 = .success(value) } }
  func set(_ outcome: Result<Value?, any Error>) { result.withLock { $0 = outcome } }
  func set(_ outcome: Result<Value, any Error>) { set(outcome.map(Optional.some)) }

  /// - Throws: what the work threw.
  func get() throws -> Value? { try result.withLock { $0 }.get() }
}

extension Result where Failure == any Error {
  init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
