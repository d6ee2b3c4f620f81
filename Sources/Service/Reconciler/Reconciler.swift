public import EngineModel
public import Logging
public import NetworkPlan

/// Keeps the kernel as it shall be, and is the only one who changes the network side of it.
///
/// What shall be is kept as one fragment of state for each owner: the host, a network, a sandbox. Fragments share
/// nothing, so a change to one owner is worked out and carried out without looking at the others, and its cost does not
/// grow with them.
public actor Reconciler {
  /// Who wants a fragment of state.
  public enum Owner: Hashable, Sendable, CustomStringConvertible {
    case host
    case network(NetworkID)
    case sandbox(String)
    /// A link that several networks stand on, or a further bridge of one, by its name.
    case parent(String)

    public var description: String {
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
  /// For telling that a port went from one bridge to another.
  var ports = BridgePortCache()
  /// The last change begun for each owner: changes to one owner go one after another, those of others beside them.
  private var turns: [Owner: Turn] = [:]

  private struct Turn {
    let number: UInt64
    let done: Task<Void, Never>
  }

  private var turnCount: UInt64 = 0
  /// The last change begun that is everybody's: all others wait for it, and it for all before it.
  private var commonTurn: Turn?

  public init(kernel: any KernelPort, logger: Logger) {
    self.kernel = kernel
    self.logger = logger
  }

  /// What an owner has now.
  public func desiredState(of owner: Owner) -> KernelState { desired[owner] ?? KernelState() }

  /// What bringing an owner to a state would do. Nothing is done.
  public func plan(_ owner: Owner, _ state: KernelState) -> Plan {
    Plan(KernelState.difference(from: desiredState(of: owner), to: state))
  }

  /// Brings an owner's part of the kernel to a state. On failure everything is as it was before.
  public func set(_ owner: Owner, to state: KernelState) async throws {
    try await inTurn(owner) { try await self.change(owner, to: state) }
  }

  private func change(_ owner: Owner, to state: KernelState) async throws {
    let changes = KernelState.difference(from: desiredState(of: owner), to: state)
    guard !changes.isEmpty else { return }
    logger.debug("network change", metadata: ["owner": "\(owner)", "changes": "\(changes.count)"])
    try await kernel.apply(changes)
    desired[owner] = state.isEmpty ? nil : state
  }

  /// Takes away all that an owner has, going on past what fails: afterwards the owner has nothing, and what the kernel
  /// refused is reported and left to the next reconciliation.
  public func remove(_ owner: Owner) async {
    await inTurn(owner) {
      let changes = await KernelState.difference(from: self.desiredState(of: owner), to: KernelState())
      guard !changes.isEmpty else { return }
      for error in await self.kernel.applyWhatever(changes) {
        self.logger.warning("taking down: \(error)", metadata: ["owner": "\(owner)"])
      }
      await self.forget(owner)
    }
  }

  private func forget(_ owner: Owner) { desired[owner] = nil }

  /// Runs after everything that was begun before for the same owner, whether that succeeded or not.
  func inTurn<Failure: Error>(
    _ owner: Owner, _ body: @escaping @Sendable () async throws(Failure) -> Void
  ) async throws(Failure) {
    let before = turns[owner]
    let common = commonTurn
    let task = Task { () -> Result<Void, Failure> in
      await common?.done.value
      await before?.done.value
      do throws(Failure) {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    turnCount += 1
    let turn = Turn(number: turnCount, done: Task { _ = await task.value })
    turns[owner] = turn
    let result = await task.value
    if turns[owner]?.number == turn.number { turns[owner] = nil }
    try result.get()
  }

  /// Runs when all changes that were begun before are done, while none goes on.
  func alone(_ body: @escaping @Sendable () async -> Void) async {
    let before = turns.values.map(\.done) + [commonTurn?.done].compactMap(\.self)
    turnCount += 1
    let turn = Turn(
      number: turnCount,
      done: Task {
        for task in before { await task.value }
        await body()
      })
    commonTurn = turn
    await turn.done.value
    if commonTurn?.number == turn.number { commonTurn = nil }
  }

  /// What differs between the kernel and the desired: an empty plan when all is well. Changes wait meanwhile, so that
  /// none is seen half done.
  public func difference() async throws -> Plan {
    let outcome = Outcome<Plan>()
    await alone { outcome.set(await Result { try await self.observedDifference() }) }
    return try outcome.get() ?? Plan([])
  }

  private func observedDifference() async throws -> Plan {
    let whole = desired.union
    let observed = try await kernel.observe(settings: Set(whole.sysctls.keys))
    return Plan(KernelState.difference(from: observed.comparable(with: whole), to: whole))
  }

  /// Makes the given desired the only ones and brings the kernel there, whatever it was left in: completes what was
  /// half done, restores what somebody took away, and removes what is ours and nobody's desired.
  ///
  /// - Returns: what had to be done.
  @discardableResult
  public func reconcile(_ desired: [Owner: KernelState]) async throws -> Plan {
    self.desired = DesiredState(desired)
    let plan = try await observedDifference()
    for error in await kernel.applyWhatever(plan.changes) {
      logger.warning("reconciling: \(error)")
    }
    return plan
  }
}
