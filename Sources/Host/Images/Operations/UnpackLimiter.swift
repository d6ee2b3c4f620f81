import EngineModel
import Coordination
import Glibc
import Kernel
import Synchronization

/// Limits the number of layers that one engine unpacks at once to the number of processors, and unpacks each layer only
/// once.
final class UnpackLimiter: Sendable {
  /// Locks of the layers that are being unpacked.
  let locks: KeyedLock<Digest>
  private let slots: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

  init(locks: KeyedLock<Digest>, slots count: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
    self.locks = locks
    slots = Mutex((count, []))
  }

  /// Runs blocking work on a dedicated thread when a slot is free, first come, first served.
  func run<Result: Sendable>(
    _ name: StaticString, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    await withCheckedContinuation { continuation in
      let isFree = slots.withLock { slots in
        guard slots.free > 0 else {
          slots.waiting.append(continuation)
          return false
        }
        slots.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
    defer {
      let next: CheckedContinuation<Void, Never>? = slots.withLock { slots in
        guard slots.waiting.isEmpty else { return slots.waiting.removeFirst() }
        slots.free += 1
        return nil
      }
      next?.resume()
    }
    try Task.checkCancellation()
    return try await onDedicatedThread(name, body)
  }
}
