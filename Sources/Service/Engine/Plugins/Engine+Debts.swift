import ClusterStore
import EngineModel
import Logging
import Plugins

extension Engine {
  /// How long a plugin has for an answer to what it is owed: somebody may wait for a container to be gone.
  private var debtPatience: Duration { min(.seconds(5), configuration.pluginPatience) }

  /// Tells plugins what they are owed. Those that did not answer a short while ago are left to their next turn.
  func payDebts() async {
    for plugin in state.debts.creditors.keys.sorted() where debtRetries[plugin] == nil {
      await payDebts(to: plugin)
    }
  }

  /// Tells one plugin what it is owed, as far as it answers. One at a time: the order of the calls matters.
  func payDebts(to plugin: String) async {
    while let payment = debtPayments[plugin] { await payment.value }
    guard state.debts.next(to: plugin) != nil else { return }
    let payment = Task { await pay(plugin) }
    debtPayments[plugin] = payment
    await payment.value
  }

  private func pay(_ plugin: String) async {
    var isSilent = false
    while !isSilent, let debt = state.debts.next(to: plugin) {
      do {
        try await tell(debt.call)
        state.debts.settle([debt.number])
      } catch let failure as StoreFailure where failure.kind == .refused {
        logger.warning("\(failure)")
        state.debts.settle([debt.number])
      } catch let failure as PluginFailure where failure.isAnswer {
        // It was told, and asking again would bring the same answer.
        logger.warning("\(failure)")
        state.debts.settle([debt.number])
      } catch {
        isSilent = true
        logger.warning("\(Self.name(ofCreditor: plugin)) will be told again: \(error)")
      }
    }
    await attempting("recording what plugins were told") { try self.commit([]) }
    debtPayments[plugin] = nil
    if isSilent { retryDebts(to: plugin) } else { debtRetries.removeValue(forKey: plugin)?.task.cancel() }
  }

  private func tell(_ call: PluginCall) async throws {
    if let debt = ClusterDebt(call) { return try await pay(debt) }
    _ = try await plugins.perform(call, for: call.subsystem, within: debtPatience)
  }

  private static func name(ofCreditor name: String) -> String {
    name == ClusterDebt.creditor ? "the cluster's store" : "plugin \"\(name)\""
  }

  /// Tries again after a while, which grows up to a minute.
  private func retryDebts(to plugin: String) {
    let before = debtRetries[plugin]
    before?.task.cancel()
    let delay = min(before.map { $0.delay * 2 } ?? .seconds(1), .seconds(60))
    let task = Task {
      do {
        try await Task.sleep(for: delay)
        await self.payDebts(to: plugin)
      } catch {
        // Another try was planned meanwhile.
      }
    }
    debtRetries[plugin] = DebtRetry(delay: delay, task: task)
  }

  struct DebtRetry {
    let delay: Duration
    let task: Task<Void, Never>
  }

  /// What people should know of it.
  var debtWarnings: [String] {
    state.debts.creditors.filter { debtRetries[$0.key] != nil }.sorted { $0.key < $1.key }.map { plugin, count in
      "WARNING: \(Self.name(ofCreditor: plugin)) does not answer and has not been told of what was removed (\(count) calls wait)"
    }
  }
}

extension PluginCall {
  var subsystem: PluginRegistry.Subsystem {
    method.hasPrefix("\(PluginRegistry.Subsystem.ipam.rawValue).") ? .ipam : .networkDriver
  }
}
