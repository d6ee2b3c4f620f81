package import NetworkPlan
import Nftables
import Reconciler
import Synchronization

/// A kernel in memory, for tests without privileges. It keeps the promises of `KernelExecutor`: a plan is applied
/// completely or not at all, and removing a missing object succeeds.
package final class FakeKernel: KernelPort {
  /// The failure that ``failNext()`` asks for.
  package struct InjectedFailure: Error {}

  private struct Contents {
    var kernel: StrictKernelState
    /// Links that exist without an alias: observing does not show them, and their names are taken.
    var unmarked: Set<LinkKey> = []
    var failsNext = false
    var isPaused = false
    var isApplying = false
    var refusals = 0

    /// Applies a change. Removing a missing object succeeds.
    mutating func apply(_ change: KernelChange) throws(StrictKernelState.Refusal) {
      if case .createLink(let key, _, _) = change, unmarked.contains(key) { throw .init(change: change) }
      do {
        try kernel.apply(change)
      } catch {
        if FakeKernel.isRemoval(change) { return }
        refusals += 1
        throw error
      }
    }
  }

  private let contents: Mutex<Contents>
  private let faults: FaultInjection?

  package init(_ state: KernelState = KernelState(), faults: FaultInjection? = nil) {
    contents = Mutex(Contents(kernel: StrictKernelState(state)))
    self.faults = faults
  }

  package var state: KernelState { contents.withLock { $0.kernel.state } }

  package var unmarkedLinks: Set<LinkKey> { contents.withLock { $0.unmarked } }

  /// The number of changes that were refused.
  package var refusals: Int { contents.withLock { $0.refusals } }

  /// Makes the next plan fail without effect.
  package func failNext() { contents.withLock { $0.failsNext = true } }

  /// Makes ``apply(_:)`` wait until ``resume()``.
  package func pause() { contents.withLock { $0.isPaused = true } }
  package func resume() { contents.withLock { $0.isPaused = false } }

  /// Whether a plan is waiting or running.
  package var isApplying: Bool { contents.withLock { $0.isApplying } }

  /// Deletes a link behind the engine's back.
  package func breakLink(_ key: LinkKey) {
    contents.withLock { contents in
      guard let link = contents.kernel.state.links[key] else { return }
      try? contents.apply(.deleteLink(key, link, peer: nil))
    }
  }

  package func apply(_ changes: [KernelChange]) async throws {
    contents.withLock { $0.isApplying = true }
    defer { contents.withLock { $0.isApplying = false } }
    // Other tasks may run in between, as with the real kernel.
    repeat { await Task.yield() } while contents.withLock({ $0.isPaused })
    let isStepwise = faults?.isActive() ?? false
    try contents.withLock { contents in
      if contents.failsNext {
        contents.failsNext = false
        throw InjectedFailure()
      }
      guard !isStepwise else { return }
      var next = contents
      do {
        for change in changes { try next.apply(change) }
      } catch {
        contents.refusals += 1
        throw error
      }
      contents = next
    }
    if isStepwise { for change in changes { try await applyStepwise(change) } }
  }

  /// A link is created and marked in two steps, as in the kernel.
  private func applyStepwise(_ change: KernelChange) async throws {
    if case .createLink(let key, _, _) = change {
      guard contents.withLock({ $0.unmarked.insert(key).inserted }) else {
        throw StrictKernelState.Refusal(change: change)
      }
      await faults?.step("link made")
      contents.withLock { _ = $0.unmarked.remove(key) }
    }
    try contents.withLock { try $0.apply(change) }
    await faults?.step("kernel change")
  }

  package func applyBestEffort(_ changes: [KernelChange]) async -> [any Error] {
    await Task.yield()
    var failures: [any Error] = []
    for change in changes {
      do {
        try contents.withLock { try $0.apply(change) }
      } catch {
        failures.append(error)
      }
      await faults?.step("kernel change")
    }
    return failures
  }

  package func removeUnmarked(_ links: [LinkKey]) async throws { contents.withLock { $0.unmarked.subtract(links) } }

  package func observe(settings: Set<Sysctl>) async throws -> KernelState { state }

  package func observe(part desired: KernelState) async throws -> PartialObservation {
    PartialObservation(state: state)
  }

  private static func isRemoval(_ change: KernelChange) -> Bool {
    switch change {
    case .deleteSandbox, .deleteLink, .deleteAddress, .deleteRoute, .deleteFDBEntry: true
    case .firewall(_, .deleteElements), .firewall(_, .deleteTable): true
    default: false
    }
  }
}
