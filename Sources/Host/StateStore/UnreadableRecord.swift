import FoundationEssentials
import GRDB

/// A record that the engine could not read. The database keeps its document in the table `unreadable_record`.
package struct UnreadableRecord: Sendable, Hashable {
  /// The raw value is the name of the table.
  package enum Kind: String, Sendable, Hashable {
    case network
    case container
    case volume

    /// The column of the table's primary key.
    var keyColumn: String { self == .volume ? "name" : "id" }
  }

  package let kind: Kind
  /// A volume's name; an id otherwise.
  package let id: String
  /// The error of the decoder.
  package let problem: String

  static func all(_ database: Database) throws -> [UnreadableRecord] {
    try Row.fetchAll(database, sql: "SELECT kind, id, problem FROM unreadable_record ORDER BY kind, id").compactMap {
      row in Kind(rawValue: row[0]).map { UnreadableRecord(kind: $0, id: row[1], problem: row[2]) }
    }
  }

  /// Moves the record out of its own table. Its name, and a container's leases and ports, become free.
  func setAside(_ document: Data, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO unreadable_record (kind, id, document, problem) VALUES (?, ?, ?, ?)",
      arguments: [kind.rawValue, id, document, problem])
    if kind == .network { try database.execute(sql: "DELETE FROM lease WHERE network = ?", arguments: [id]) }
    try database.execute(sql: "DELETE FROM \(kind.rawValue) WHERE \(kind.keyColumn) = ?", arguments: [id])
  }
}
