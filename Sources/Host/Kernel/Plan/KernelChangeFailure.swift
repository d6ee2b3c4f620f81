package import EngineModel
package import NetworkPlan

/// A change that the kernel refused.
package struct KernelChangeFailure: Error, Sendable {
  /// The refused change; for a transaction, its first change.
  package let change: KernelChange
  /// A ``SystemCallError``, or nft's error message.
  package let reason: any Error
  /// Earlier changes of the plan that could not be undone; empty when the rollback was complete.
  package let undoFailures: [any Error]

  package init(change: KernelChange, reason: any Error, undoFailures: [any Error] = []) {
    self.change = change
    self.reason = reason
    self.undoFailures = undoFailures
  }

  /// Converts to an engine error with the code `system` and this error as its cause.
  package var engineError: EngineError {
    EngineError(.system, "the kernel refused a network change", cause: self)
  }
}

extension KernelChangeFailure: CustomStringConvertible {
  package var description: String {
    let text = change.commands.split(separator: "\n").first.map(String.init) ?? ""
    let rest =
      undoFailures.isEmpty
      ? "" : " (not undone: \(undoFailures.map { "\($0)" }.joined(separator: "; ")))"
    return "\(text): \(reason)\(rest)"
  }
}
