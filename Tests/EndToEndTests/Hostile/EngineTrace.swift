import TestHosts

/// Everything that a request could leave behind in the engine.
struct EngineTrace: Sendable {
  let host: HostSnapshot
  /// The engine's objects: containers, networks, volumes, images.
  let objects: String
  /// Rows of its database, by table.
  let rows: String
  /// Open files of the engine.
  let files: Int
  /// Its resident memory, in KiB.
  let memory: Int
}

extension TestHost {
  func engineTrace() async throws -> EngineTrace {
    let objects = try await shell(
      "docker ps -a --no-trunc --format '{{.ID}} {{.Names}}'; docker network ls --no-trunc -q; docker volume ls -q; "
        + "docker images -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'"
    ).succeeded().lines.sorted().joined(separator: "\n")
    let rows = try await run([
      "python3", "-c",
      """
      import glob, sqlite3, sys
      for path in sorted(glob.glob(sys.argv[1] + '/**/*.sqlite*', recursive=True) + glob.glob(sys.argv[1] + '/**/*.db', recursive=True)):
          if path.endswith(('-wal', '-shm')): continue
          base = sqlite3.connect('file:%s?mode=ro' % path, uri=True)
          for (name,) in base.execute("select name from sqlite_master where type='table' order by name").fetchall():
              print(name, base.execute('select count(*) from "%s"' % name).fetchone()[0])
      """, dataRoot,
    ]).succeeded().text
    return EngineTrace(
      host: try await snapshot(), objects: objects, rows: rows, files: try await engineFiles(),
      memory: try await engineMemory())
  }

  private var engineProcess: String { "/proc/$(cat \(folder)/causewayd.pid)" }

  /// The number of files that the engine has open.
  func engineFiles() async throws -> Int {
    Int(try await shell("ls \(engineProcess)/fd | wc -l").succeeded().text) ?? 0
  }

  /// Its resident memory in KiB.
  func engineMemory() async throws -> Int {
    Int(try await shell("awk '/^VmRSS/ {print $2}' \(engineProcess)/status").succeeded().text) ?? 0
  }
}
