package import EngineModel
import GRDB
package import Kernel
import Records

/// The engine's database: the records of networks, containers and volumes, and settings.
///
/// Each object is one JSON document (module `Records`). What must be unique has columns of its own, so that the
/// database refuses a second lease of an address or a second object of the same name. SQLite uses a write-ahead log
/// with `synchronous=FULL`: when ``commit(_:)`` returns, the changes survive a crash of the machine. Calls block for
/// the time of a disk flush, 0.3 ms and more: call them on a thread that may block.
package final class StateStore: Sendable {
  private let database: DatabaseQueue
  package let path: String
  private let lock: StoreLock
  private let storedReservations = StoredReservations()
  private let reserve: SpaceReserve?

  /// Opens the database, creates it if it does not exist, and migrates its schema to this version.
  ///
  /// - Parameter reserve: space for commits on a full disk.
  /// - Throws: `unavailable` when a newer engine wrote it or another engine has it open; `system` for errors of SQLite.
  package init(path: String, reserve: SpaceReserve? = nil) throws(EngineError) {
    self.path = path
    self.reserve = reserve
    lock = try StoreLock(path: "\(path).lock")
    try DatabaseFiles.close(path)
    database = try Self.described("opening the state in \(path)", path, reserve) {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = true
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(5)
      let database = try DatabaseQueue(path: path, configuration: configuration)
      try database.writeWithoutTransaction { database in
        // GRDB sets NORMAL when it opens a write-ahead log, after it has called `prepareDatabase`.
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try Schema.prepare(database, path: path)
      }
      return database
    }
  }

  /// Reads all records and settings. Moves records that cannot be read out of the way (``StoredState/unreadable``).
  package func load() throws(EngineError) -> StoredState {
    try Self.described("reading the state in \(path)", path, reserve) {
      try database.write { database in
        var state = StoredState()
        state.networks = try RecordReader(NetworkRecord.self, .network).read(database).map(\.model)
        state.containers = try RecordReader(ContainerRecord.self, .container).read(database).map(\.model)
        state.volumes = try RecordReader(VolumeRecord.self, .volume).read(database).map(\.model)
        state.unreadable = try UnreadableRecord.all(database)
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

  /// The value of `PRAGMA synchronous`; 2 is FULL.
  func synchronousLevel() throws -> Int? {
    try database.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
  }

  /// Writes the changes in one transaction: all of them or, if the database refuses one, none.
  ///
  /// - Throws: `conflict` if a name, an address or a port is taken; `system` for everything else.
  package func commit(_ changes: [StoreChange]) throws(EngineError) {
    guard !changes.isEmpty else { return }
    try Self.described("writing the state", path, reserve) {
      // Encode before the transaction, to hold the lock for a short time.
      let outdated = storedReservations.outdated(by: changes)
      let writes = try changes.map { try PreparedChange($0, outdated: outdated) }
      try database.write { database in
        for write in writes { try write.perform(database) }
      }
      storedReservations.record(changes)
    }
  }

  package func commit(_ change: StoreChange) throws(EngineError) { try commit([change]) }

  /// Closes the file. The store cannot be used afterwards.
  package func close() throws(EngineError) {
    try Self.described("closing the state", path, reserve) { try database.close() }
    lock.release()
  }

  private static func described<Result>(
    _ action: String, _ path: String, _ reserve: SpaceReserve?, _ body: () throws -> Result
  ) throws(EngineError) -> Result {
    do {
      guard let reserve else { return try body() }
      return try reserve.withSpace(isFull: { DatabaseFiles.isFull($0, path) }, body)
    } catch let error as EngineError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw EngineError(
        .conflict, "\(action): \(error.message ?? "a constraint of the state was violated")", cause: error)
    } catch {
      if DatabaseFiles.isFull(error, path) {
        throw EngineError(
          .system, "\(action) failed: no space left for \(path). \(SystemCallError.remedyForFullDisk)")
      }
      throw EngineError(.system, "\(action) failed", cause: error)
    }
  }
}
