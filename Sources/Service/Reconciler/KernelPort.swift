public import Kernel
public import NetworkPlan

/// The kernel as the reconciler sees it. The real one is in `Kernel`; tests bring one of their own.
public protocol KernelPort: Sendable {
  /// Carries out the changes in order. Either all of them are done, or those that were are undone and the error tells
  /// which one failed and in which words.
  func apply(_ changes: [KernelChange]) async throws

  /// Carries out as much as can be, and says what could not: for taking things away, where stopping half-way would
  /// leave more behind.
  func applyWhatever(_ changes: [KernelChange]) async -> [any Error]

  /// Deletes those of these links that exist and bear no mark (`IFLA_IFALIAS`): an engine was killed after it made them
  /// and before it marked them.
  func removeUnmarked(_ links: [LinkKey]) async throws

  /// What is ours in the kernel, on the host and in the sandboxes.
  ///
  /// - Parameter settings: the kernel settings to read; those that do not exist are left out.
  func observe(settings: Set<Sysctl>) async throws -> KernelState

  /// That part of the kernel which a desired speaks of. What it costs depends on the desired alone.
  func observe(part desired: KernelState) async throws -> PartialObservation
}

extension KernelExecutor: KernelPort {
  public func observe(settings: Set<Sysctl>) async throws -> KernelState {
    try await KernelObserver(self).observe(settings: settings)
  }

  public func observe(part desired: KernelState) async throws -> PartialObservation {
    try await KernelObserver(self).observe(part: desired)
  }
}
