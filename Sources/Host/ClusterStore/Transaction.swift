/// One change of the store that happens as a whole or not at all, and only if all conditions hold at that moment.
public struct Transaction: Sendable, Hashable {
  /// What must be so.
  public enum Condition: Sendable, Hashable {
    case absent(String)
    case present(String)
    /// The record was last changed by exactly this change of the store; 0: it is not there.
    case unchanged(String, since: Int64)
    /// The record has this text.
    case equal(String, String)
    /// No record's path begins so.
    case none(under: String)
  }

  public enum Act: Sendable, Hashable {
    case put(String, String)
    /// A record that is to go with a lease.
    case putLeased(String, String, lease: Int64)
    case remove(String)
  }

  public var conditions: [Condition]
  public var acts: [Act]

  public init(if conditions: [Condition] = [], then acts: [Act]) {
    self.conditions = conditions
    self.acts = acts
  }

  /// etcd takes so many acts at once (`--max-txn-ops`).
  public static let mostActs = 100
}

/// What became of a transaction.
public struct TransactionOutcome: Sendable, Hashable {
  /// Whether all conditions held, and so all was done.
  public let isDone: Bool
  /// The store's count of changes at that moment.
  public let revision: Int64

  public init(isDone: Bool, revision: Int64) {
    self.isDone = isDone
    self.revision = revision
  }
}

/// All records under the cluster's prefix at one moment.
public struct Snapshot: Sendable {
  public let texts: [String: String]
  /// The change of the store that each was last changed by.
  public let changedBy: [String: Int64]
  public let revision: Int64

  public init(texts: [String: String], changedBy: [String: Int64], revision: Int64) {
    self.texts = texts
    self.changedBy = changedBy
    self.revision = revision
  }
}
