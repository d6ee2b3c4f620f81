import Coordination
import EngineModel
import Glibc
import Kernel

/// Limits the number of layers that one engine unpacks at once to the number of processors, and unpacks each layer only
/// once.
final class UnpackLimiter: Sendable {
  /// Locks of the layers that are being unpacked.
  let locks: KeyedLock<Digest>
  private let limit: ConcurrencyLimit

  init(locks: KeyedLock<Digest>, slots count: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
    self.locks = locks
    limit = ConcurrencyLimit(count)
  }

  /// Runs blocking work on a dedicated thread when a slot is free, first come, first served.
  func run<Result: Sendable>(
    _ name: StaticString, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await limit.run {
      try Task.checkCancellation()
      return try await onDedicatedThread(name, body)
    }
  }
}
