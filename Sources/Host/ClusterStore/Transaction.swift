/// An atomic change of the store, which happens only if all conditions hold.
package struct Transaction: Sendable, Hashable {
  /// What must hold.
  package enum Condition: Sendable, Hashable {
    case absent(String)
    case present(String)
    /// The record's last change has this revision; 0: the record does not exist.
    case unchanged(String, since: Int64)
    /// The record has this text.
    case equal(String, String)
    /// No path has this prefix.
    case none(under: String)
  }

  package enum Act: Sendable, Hashable {
    case put(String, String)
    /// A record that the store deletes when the lease ends.
    case putLeased(String, String, lease: Int64)
    case remove(String)
  }

  package var conditions: [Condition]
  package var acts: [Act]

  package init(if conditions: [Condition] = [], then acts: [Act]) {
    self.conditions = conditions
    self.acts = acts
  }

  /// etcd's limit of operations in a transaction (`--max-txn-ops`).
  package static let mostActs = 100
}

/// The result of a transaction.
package struct TransactionOutcome: Sendable, Hashable {
  /// Whether all conditions held and the change was made.
  package let isDone: Bool
  /// The store's revision at that time.
  package let revision: Int64

  package init(isDone: Bool, revision: Int64) {
    self.isDone = isDone
    self.revision = revision
  }
}

/// All records below the cluster's prefix at one revision.
package struct Snapshot: Sendable {
  package let texts: [String: String]
  /// The revision of each record's last change.
  package let changedBy: [String: Int64]
  package let revision: Int64

  package init(texts: [String: String], changedBy: [String: Int64], revision: Int64) {
    self.texts = texts
    self.changedBy = changedBy
    self.revision = revision
  }
}
