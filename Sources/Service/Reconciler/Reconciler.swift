package import EngineModel
package import Logging
package import NetworkPlan

/// Makes the kernel's network match the desired state. Nothing else in the engine changes links, addresses, routes, sysctls
/// or the engine's tables.
///
/// Each owner (the host, a network, a sandbox) has one fragment of the desired state. Fragments do not overlap, so the
/// cost of a change to one owner does not grow with the number of the others.
package actor Reconciler {
  /// The owner of a fragment.
  package enum Owner: Hashable, Sendable, CustomStringConvertible {
    case host
    case network(NetworkID)
    case sandbox(String)
    /// A link that several networks use as their parent, or a further bridge of one network; by its name.
    case parent(String)

    package var description: String {
      switch self {
      case .host: "host"
      case .network(let id): "network \(id.short)"
      case .sandbox(let name): "sandbox \(name.prefix(12))"
      case .parent(let name): "parent \(name)"
      }
    }
  }

  let kernel: any KernelPort
  let logger: Logger
  private(set) var desired = DesiredState()
  /// Tells when a port moved from one bridge to another.
  var ports = BridgePortCache()
  private var turns = TurnQueue<Owner>()

  package init(kernel: any KernelPort, logger: Logger) {
    self.kernel = kernel
    self.logger = logger
  }

  /// An owner's fragment.
  package func desiredState(of owner: Owner) -> KernelState { desired[owner] ?? KernelState() }

  /// The changes that would lead from an owner's fragment to `state`. Changes nothing.
  package func plan(_ owner: Owner, _ state: KernelState) -> Plan {
    Plan(KernelState.difference(from: desiredState(of: owner), to: state))
  }

  /// Replaces an owner's fragment and changes the kernel accordingly. On failure, the kernel and the fragment are as
  /// before.
  ///
  /// - Parameter state: computes the fragment. It runs in the owner's turn, after all earlier updates of that owner, so
  ///   it must read the current facts and not capture a copy of them: otherwise an update that waited would replace a
  ///   newer fragment by an older one.
  package func update(
    _ owner: Owner, to state: @escaping @Sendable () async throws -> KernelState
  ) async throws {
    try await inTurn(owner) { try await self.change(owner, to: try await state()) }
  }

  private func change(_ owner: Owner, to state: KernelState) async throws {
    let changes = KernelState.difference(from: desiredState(of: owner), to: state)
    guard !changes.isEmpty else { return }
    logger.debug("network change", metadata: ["owner": "\(owner)", "changes": "\(changes.count)"])
    try await kernel.apply(changes)
    desired[owner] = state.isEmpty ? nil : state
  }

  /// Removes an owner's fragment and everything in it from the kernel. It does not stop at a failure: afterwards the
  /// owner has no fragment, and the next reconciliation removes what the kernel refused to remove.
  ///
  /// - Parameter isUnused: asked in the owner's turn; if it says no, nothing is removed.
  package func remove(_ owner: Owner, if isUnused: @escaping @Sendable () async -> Bool = { true }) async {
    await inTurn(owner) { () async in
      guard await isUnused() else { return }
      let changes = await KernelState.difference(from: self.desiredState(of: owner), to: KernelState())
      guard !changes.isEmpty else { return }
      for error in await self.kernel.applyBestEffort(changes) {
        self.logger.warning("removing network state: \(error)", metadata: ["owner": "\(owner)"])
      }
      await self.forget(owner)
    }
  }

  private func forget(_ owner: Owner) { desired[owner] = nil }

  /// Runs `body` after all earlier work for the same owner, whether that succeeded or not. Work for other owners may run
  /// at the same time.
  func inTurn<Value: Sendable, Failure: Error>(
    _ owner: Owner, _ body: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let work = turns.enqueue(owner, body)
    let result = await work.value
    turns.removeFinished(owner, work.number)
    return try result.get()
  }

  /// Runs `body` after all earlier work for any owner. Later work waits for it.
  func runExclusively<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let work = turns.enqueueExclusive(body)
    let result = await work.value
    turns.removeFinished(nil, work.number)
    return try result.get()
  }

  /// The changes that would make the kernel match the desired state; empty if it does. Updates wait meanwhile, so that
  /// the kernel is not read in the middle of one.
  package func difference() async throws -> Plan {
    try await runExclusively { () async throws in try await self.observedDifference() }
  }

  private func observedDifference() async throws -> Plan {
    let whole = desired.union
    let observed = try await kernel.observe(settings: Set(whole.sysctls.keys))
    return Plan(KernelState.difference(from: observed.comparable(with: whole), to: whole))
  }

  /// Replaces the whole desired state and makes the kernel match it: completes interrupted changes, restores what is
  /// missing and removes this engine's objects that no fragment contains. For the start of the engine, before the first
  /// update.
  ///
  /// - Returns: the changes that were necessary.
  @discardableResult
  package func reconcile(_ desired: [Owner: KernelState]) async throws -> Plan {
    self.desired = DesiredState(desired)
    let plan = try await observedDifference()
    for error in await kernel.applyBestEffort(plan.changes) {
      logger.warning("reconciling: \(error)")
    }
    return plan
  }
}
