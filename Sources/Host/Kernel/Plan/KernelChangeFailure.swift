public import EngineModel
public import NetworkPlan

/// A change that the kernel refused.
public struct KernelChangeFailure: Error, Sendable {
  /// The refused change; for a transaction, its first change.
  public let change: KernelChange
  /// A ``SystemCallError``, or nft's error message.
  public let reason: any Error
  /// Earlier changes of the plan that could not be undone; empty when the rollback was complete.
  public let undoFailures: [any Error]

  public init(change: KernelChange, reason: any Error, undoFailures: [any Error] = []) {
    self.change = change
    self.reason = reason
    self.undoFailures = undoFailures
  }

  /// Converts to an engine error with the code `system` and this error as its cause.
  public var engineError: EngineError {
    EngineError(.system, "the kernel refused a network change", cause: self)
  }
}

extension KernelChangeFailure: CustomStringConvertible {
  public var description: String {
    let text = change.words.split(separator: "\n").first.map(String.init) ?? ""
    let rest =
      undoFailures.isEmpty
      ? "" : " (not undone: \(undoFailures.map { "\($0)" }.joined(separator: "; ")))"
    return "\(text): \(reason)\(rest)"
  }
}
