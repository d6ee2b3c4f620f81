import FoundationEssentials
import GRDB
import JSON

/// Reads the records of one table.
struct RecordReader<Record: Decodable> {
  private let kind: UnreadableRecord.Kind

  init(_ type: Record.Type, _ kind: UnreadableRecord.Kind) { self.kind = kind }

  /// The records that can be decoded. The others are set aside.
  func read(_ database: Database) throws -> [Record] {
    let rows = try Row.fetchAll(database, sql: "SELECT \(kind.keyColumn), document FROM \(kind.rawValue)")
    return try rows.compactMap { row in
      let document: Data = row[1]
      do {
        return try JSONDecoding.decode(Record.self, from: document, absent: .error)
      } catch {
        try UnreadableRecord(kind: kind, id: row[0], problem: "\(error)").setAside(document, database)
        return nil
      }
    }
  }
}
