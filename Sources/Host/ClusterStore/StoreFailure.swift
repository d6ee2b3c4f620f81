/// Why the cluster's store did not do what it was asked.
public struct StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// None of its servers answers: nothing was done.
    case unreachable
    /// It was asked and the answer did not come: it may have been done.
    case silent
    /// It answered that it will not, or something that is not understood.
    case refused
  }

  public let kind: Kind
  public let detail: String

  public init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String {
    switch kind {
    case .unreachable: "the cluster's store cannot be reached: \(detail)"
    case .silent: "the cluster's store did not answer: \(detail)"
    case .refused: "the cluster's store refused: \(detail)"
    }
  }
}
