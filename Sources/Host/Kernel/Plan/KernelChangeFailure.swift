public import EngineModel
public import NetworkPlan

/// A change that the kernel refused.
public struct KernelChangeFailure: Error, Sendable {
  /// The one that failed; the first of a group that is one transaction.
  public let change: KernelChange
  /// Why: a ``SystemCallError`` with its error number, or nft's sentence.
  public let reason: any Error
  /// What could not be undone of the changes before; empty when everything is as it was.
  public let undoFailures: [any Error]

  public init(change: KernelChange, reason: any Error, undoFailures: [any Error] = []) {
    self.change = change
    self.reason = reason
    self.undoFailures = undoFailures
  }

  /// As an error of the engine, code `system`, with this one as its cause.
  public var engineError: EngineError {
    EngineError(.system, "the kernel refused a network change", cause: self)
  }
}

extension KernelChangeFailure: CustomStringConvertible {
  public var description: String {
    let words = change.words.split(separator: "\n").first.map(String.init) ?? ""
    let rest =
      undoFailures.isEmpty
      ? "" : " (not undone: \(undoFailures.map { "\($0)" }.joined(separator: "; ")))"
    return "\(words): \(reason)\(rest)"
  }
}
