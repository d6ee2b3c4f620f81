package import Kernel
package import NetworkPlan

/// The kernel as the reconciler uses it. `KernelExecutor` implements it; tests have fakes.
package protocol KernelPort: Sendable {
  /// Applies the changes in order: all of them or none. On failure it undoes the changes that were applied and throws an
  /// error that names the failed change.
  func apply(_ changes: [KernelChange]) async throws

  /// Applies the changes in order and continues after a failure. For removals, where stopping would leave more behind.
  ///
  /// - Returns: an error for each change that failed.
  func applyBestEffort(_ changes: [KernelChange]) async -> [any Error]

  /// Deletes those of these links that exist without an alias (`IFLA_IFALIAS`): an engine was killed after it created them
  /// and before it set the alias.
  func removeUnmarked(_ links: [LinkKey]) async throws

  /// All objects of this engine, on the host and in the sandboxes.
  ///
  /// - Parameter settings: the kernel settings to read; the result leaves out those that do not exist.
  func observe(settings: Set<Sysctl>) async throws -> KernelState

  /// The observed counterpart of `desired`. The cost depends on the size of `desired` only.
  func observe(part desired: KernelState) async throws -> PartialObservation
}

extension KernelExecutor: KernelPort {
  package func observe(settings: Set<Sysctl>) async throws -> KernelState {
    try await KernelObserver(self).observe(settings: settings)
  }

  package func observe(part desired: KernelState) async throws -> PartialObservation {
    try await KernelObserver(self).observe(part: desired)
  }
}
