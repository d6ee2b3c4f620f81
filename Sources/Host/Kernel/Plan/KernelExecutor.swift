import CLinux
package import NetworkPlan

/// Applies ``KernelChange``s on one thread in the host's namespace. Plans run one after the other.
///
/// Needs CAP_NET_ADMIN and CAP_SYS_ADMIN. It keeps a netlink socket and an nft context for the host, and enters each
/// sandbox once per plan.
package final class KernelExecutor: Sendable {
  package let sandboxes: SandboxDirectory
  let thread: SerialThread
  private let closingThread: SerialThread
  let host: NamespaceHandles
  let frames = FrameListingCache()
  let namespaceIDs = NamespaceIDs()
  private let settings = SysctlFilesCache()
  let hostNetworkCache = HostNetworkCache()

  /// The name of the executor's thread, unique to this process and at most 15 bytes long. nftables notifications carry
  /// the name of the thread that made a change; the engine recognises its own changes by it.
  static let threadName: String = {
    let digits = String(UInt32.random(in: .min ... .max), radix: 16)
    return "kernel-" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }()

  /// - Parameters:
  ///   - sandboxes: the folder of the sandboxes' namespaces.
  ///   - hostNamespace: the namespace that counts as the host; `nil` means the namespace of the process.
  package init(sandboxes: SandboxDirectory, hostNamespace: NetworkNamespace? = nil) async throws {
    self.sandboxes = sandboxes
    // Must happen before the engine opens descriptors for running containers, which can use up the low numbers.
    LowDescriptors.reserve()
    thread = try SerialThread("kernel")
    closingThread = try SerialThread("kernel-closing")
    host = try await thread.run {
      linux_set_thread_name(Self.threadName)
      try hostNamespace?.enter()
      return try NamespaceHandles()
    }
  }

  /// Applies the changes in order. When the kernel refuses one, the earlier ones are undone in reverse order.
  ///
  /// Removing a missing object succeeds. Creating an existing object is refused.
  ///
  /// - Throws: ``KernelChangeFailure`` with the refused change and the kernel's message.
  package func apply(_ changes: [KernelChange]) async throws {
    guard !changes.isEmpty else { return }
    try await thread.run { [self] in
      var execution = makeExecution()
      let result = Result { () throws(KernelChangeFailure) in try execution.apply(changes) }
      execution.end()
      try result.get()
    }
  }

  /// Enters a sandbox. Reuses its open sysctl folders.
  func enter(_ sandbox: String) throws -> NamespaceHandles {
    try NamespaceHandles(NamespaceThread(try sandboxes.open(sandbox)), settings: settings[sandbox])
  }

  private func makeExecution() -> PlanExecution {
    PlanExecution(
      host: host, sandboxes: sandboxes, closingThread: closingThread, namespaceIDs: namespaceIDs, settings: settings)
  }

  /// Applies as many changes as possible and skips those that fail. For removal and healing.
  ///
  /// - Returns: the failures, each a ``KernelChangeFailure``.
  package func applyBestEffort(_ changes: [KernelChange]) async -> [any Error] {
    guard !changes.isEmpty else { return [] }
    do {
      return try await thread.run { [self] in
        var execution = makeExecution()
        let failures = execution.applyBestEffort(changes)
        execution.end()
        return failures
      }
    } catch {
      return [error]
    }
  }
}

extension KernelExecutor {
  /// The engine's part of the kernel state; see ``KernelObserver``.
  package func observe() async throws -> KernelState {
    try await KernelObserver(self).observe()
  }
}
