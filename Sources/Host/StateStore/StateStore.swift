public import EngineModel
import FoundationEssentials
import GRDB

/// The engine's memory: what was asked for, kept in SQLite so that neither a crash of the engine nor one of the machine
/// loses it.
///
/// One object, one JSON document; beside it stand the columns that must be unique, so that the database itself refuses
/// a second lease of an address or a second holder of a name. Calls block for the time of a disk flush, 0.3 ms and up:
/// make them on a thread that may block. The journal is a write-ahead log with `synchronous=FULL`: what
/// ``commit(_:)`` returned from is on the disk.
public final class StateStore: Sendable {
  private let database: DatabaseQueue
  public let path: String
  private let lock: StoreLock
  private let holdings = KnownHoldings()

  /// Opens the store, makes it when it is not there, and brings its schema to this version.
  ///
  /// - Throws: `unavailable` when a newer engine wrote it or another engine has it open; `system` for what SQLite says.
  public init(path: String) throws(EngineError) {
    self.path = path
    lock = try StoreLock(path: "\(path).lock")
    database = try Self.described("opening the state in \(path)") {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = true
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      let database = try DatabaseQueue(path: path, configuration: configuration)
      try database.writeWithoutTransaction { try Schema.prepare($0, path: path) }
      return database
    }
  }

  /// Everything that is kept.
  public func load() throws(EngineError) -> StoredState {
    try Self.described("reading the state in \(path)") {
      try database.read { database in
        let decoder = JSONDecoder()
        func documents<Object: Decodable>(_ table: String) throws -> [Object] {
          try Data.fetchAll(database, sql: "SELECT document FROM \(table)").map {
            try decoder.decode(Object.self, from: $0)
          }
        }
        var state = StoredState()
        state.networks = try documents("network")
        state.containers = try documents("container")
        state.volumes = try documents("volume")
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM setting") {
          state.settings[row[0]] = row[1]
        }
        for row in try Row.fetchAll(database, sql: "SELECT number, document FROM cleanup") {
          state.cleanup[UInt64(row[0] as Int64)] = row[1]
        }
        for row in try Row.fetchAll(database, sql: "SELECT id, kind, document FROM operation") {
          state.operations[row[0]] = StoredOperation(kind: row[1], document: row[2])
        }
        return state
      }
    }
  }

  /// Commits one intent: all of the changes or, when one is refused, none.
  ///
  /// - Throws: `conflict` when a name, an address or a port has a holder already; `system` for everything else.
  public func commit(_ changes: [StoreChange]) throws(EngineError) {
    guard !changes.isEmpty else { return }
    try Self.described("writing the state") {
      // Encoding happens before the transaction, so that the lock is held as briefly as can be.
      let outdated = holdings.outdated(by: changes)
      let writes = try changes.map { try PreparedChange($0, outdated: outdated) }
      try database.write { database in
        for write in writes { try write.perform(database) }
      }
      holdings.note(changes)
    }
  }

  public func commit(_ change: StoreChange) throws(EngineError) { try commit([change]) }

  /// Closes the file; the store cannot be used afterwards.
  public func close() throws(EngineError) {
    try Self.described("closing the state") { try database.close() }
    lock.release()
  }

  private static func described<Result>(
    _ doing: String, _ body: () throws -> Result
  ) throws(EngineError) -> Result {
    do {
      return try body()
    } catch let error as EngineError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw EngineError(
        .conflict, "\(doing): \(error.message ?? "a constraint of the state was violated")", cause: error)
    } catch {
      throw EngineError(.system, "\(doing) failed", cause: error)
    }
  }
}
