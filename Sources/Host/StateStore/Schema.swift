import EngineModel
import GRDB

/// The tables, as a list of steps: step n turns version n-1 into version n. `user_version` holds the version of the
/// database. A released step never changes.
enum Schema {
  static let steps: [String] = [
    """
    CREATE TABLE network (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL UNIQUE,
      document BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE container (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL UNIQUE,
      document BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE volume (
      name TEXT PRIMARY KEY NOT NULL,
      document BLOB NOT NULL
    ) WITHOUT ROWID;
    -- Addresses of running containers. A network with leases cannot be deleted.
    CREATE TABLE lease (
      network TEXT NOT NULL REFERENCES network (id),
      address TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      container TEXT NOT NULL REFERENCES container (id) ON DELETE CASCADE,
      PRIMARY KEY (network, address)
    ) WITHOUT ROWID;
    CREATE INDEX lease_container ON lease (container);
    -- Ports of the host that containers publish.
    CREATE TABLE publication (
      address TEXT NOT NULL,
      transport TEXT NOT NULL,
      port INTEGER NOT NULL,
      container TEXT NOT NULL REFERENCES container (id) ON DELETE CASCADE,
      PRIMARY KEY (transport, port, address)
    ) WITHOUT ROWID;
    CREATE INDEX publication_container ON publication (container);
    CREATE TABLE setting (
      key TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    -- Consecutive ports are one row: a container may publish thousands.
    CREATE TABLE publication_run (
      transport TEXT NOT NULL,
      address TEXT NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      container TEXT NOT NULL REFERENCES container (id) ON DELETE CASCADE,
      PRIMARY KEY (transport, address, first)
    ) WITHOUT ROWID;
    CREATE INDEX publication_run_container ON publication_run (container);
    -- Refuses a port that another container holds. Runs do not overlap, so it suffices to look at the last run that
    -- begins before the end of the new one.
    CREATE TRIGGER publication_run_overlap BEFORE INSERT ON publication_run
    WHEN (
      SELECT last FROM publication_run
      WHERE transport = NEW.transport AND address = NEW.address AND first <= NEW.last
      ORDER BY first DESC LIMIT 1
    ) >= NEW.first
    BEGIN
      SELECT RAISE(ABORT, 'a port has a holder already');
    END;
    INSERT INTO publication_run (transport, address, first, last, container)
      SELECT transport, address, port, port, container FROM publication;
    DROP TABLE publication;
    """,
    """
    -- Work that is left after an object was removed, in the order in which it was added.
    CREATE TABLE cleanup (
      number INTEGER PRIMARY KEY NOT NULL,
      document TEXT NOT NULL
    );
    -- Operations under way: what completes or undoes each of them.
    CREATE TABLE operation (
      id TEXT PRIMARY KEY NOT NULL,
      kind TEXT NOT NULL,
      document TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    -- Records that this engine could not read. They are moved here, so that the rest can be used.
    CREATE TABLE unreadable_record (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      document BLOB NOT NULL,
      problem TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    """,
  ]

  static var version: Int { steps.count }

  /// Migrates a database to the present version, one transaction per step.
  static func prepare(_ database: Database, path: String) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard found <= version else {
      throw EngineError(
        .unavailable,
        "the state in \(path) was written by a newer engine (schema \(found), this one knows \(version)): "
          + "start that engine, or give this one another data root")
    }
    for (number, step) in steps.enumerated().dropFirst(found) {
      try database.inTransaction {
        try database.execute(sql: step)
        try database.execute(sql: "PRAGMA user_version = \(number + 1)")
        return .commit
      }
    }
  }
}
