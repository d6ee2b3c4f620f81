import EngineModel
import GRDB
import Glibc

/// The files of the database. They hold environment variables of containers, so only root may read them.
enum DatabaseFiles {
  /// Creates the database's file, which SQLite would make readable for everyone, and closes the files of an older engine.
  /// SQLite gives the write-ahead log and its index the mode of the database.
  static func close(_ path: String) throws(EngineError) {
    let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw failure("open", path) }
    Glibc.close(number)
    for file in [path, "\(path)-wal", "\(path)-shm", "\(path)-journal", "\(path).lock"] {
      guard chmod(file, 0o600) == 0 || errno == ENOENT else { throw failure("close", file) }
    }
  }

  /// Whether SQLite failed because the file system is full. SQLite reports some calls, such as growing the index of the
  /// write-ahead log, only as an I/O error.
  static func isFull(_ error: any Error, _ path: String) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    switch error.resultCode {
    case .SQLITE_FULL: return true
    case .SQLITE_IOERR, .SQLITE_CANTOPEN:
      var status = statvfs()
      return statvfs(path, &status) == 0 && UInt64(status.f_bavail) * UInt64(status.f_frsize) < 256 << 10
    default: return false
    }
  }

  private static func failure(_ action: String, _ path: String) -> EngineError {
    EngineError(.system, "cannot \(action) \(path): \(String(cString: strerror(errno)))")
  }
}
