import Coordination
import EngineModel

/// One operation at a time on each container. Later ones wait in the order in which they asked.
extension Engine {
  /// Runs the body while no other operation holds the container's lock. Do not nest.
  func withLock<Result, Failure: Error>(
    on id: ContainerID, _ body: () async throws(Failure) -> sending Result
  ) async throws(Failure) -> sending Result {
    try await transient.locks.withLock(id, body)
  }

  /// Holds the locks of several containers. It acquires them in the order of their ids, so that two callers never wait
  /// for each other.
  func withLocks<Result, Failure: Error>(
    on ids: Set<ContainerID>, _ body: () async throws(Failure) -> sending Result
  ) async throws(Failure) -> sending Result {
    try await transient.locks.withLocks(ids.sorted(), body)
  }
}
