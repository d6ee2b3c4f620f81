import Synchronization

/// Stops an engine between two effects, as `kill -9` does: the task that reaches the point, and every other task of the
/// same operation at its next point, never continues. The engine's own undo code does not run.
final class FaultPoint: Sendable {
  /// For the operation that runs in this task, and in the tasks that it makes.
  @TaskLocal static var current: FaultPoint?

  private let limit: Int
  private let inside = Mutex((passed: 0, place: String?.none))

  /// - Parameter limit: the number of points that are passed.
  init(limit: Int) { self.limit = limit }

  /// The point at which the engine was stopped; `nil` while it runs.
  var place: String? { inside.withLock { $0.place } }

  static func step(_ name: String) async {
    guard let fault = current else { return }
    let stops = fault.inside.withLock { inside in
      if inside.place == nil, inside.passed == fault.limit { inside.place = name }
      inside.passed += 1
      return inside.place != nil
    }
    if stops { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
  }
}
