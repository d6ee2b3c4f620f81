import CLinux
import Glibc

/// A file with the process id of the only running instance of a program, which holds a lock on it. The lock ends with the
/// process (fcntl(2), record locks), and reading the owner does not disturb it.
package struct PidFile: Sendable {
  private let file: OwnedDescriptor

  /// Locks the file for this process, which must not open it again: closing any of its descriptors releases the lock.
  ///
  /// - Returns: `nil` when another process holds the lock.
  package static func lock(_ path: String) throws(SystemCallError) -> PidFile? {
    let file = try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT, mode: 0o644)
    var lock = wholeFile
    guard fcntl(file.number, F_SETLK, &lock) == 0 else {
      if errno == EAGAIN || errno == EACCES { return nil }
      throw SystemCallError.last("fcntl", path)
    }
    // Somebody may have deleted the file before it was locked: then the path names another file, or none.
    var (locked, named) = (stat(), stat())
    guard fstat(file.number, &locked) == 0 else { throw SystemCallError.last("fstat", path) }
    if stat(path, &named) != 0 || named.st_ino != locked.st_ino { return try Self.lock(path) }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(file.number, 0) == 0, write(file.number, text, text.count) == text.count else {
      throw SystemCallError.last("write", path)
    }
    return PidFile(file: file)
  }

  /// The process that holds the lock; `nil` when none does.
  package static func owner(_ path: String) -> Int32? {
    guard let file = try? OwnedDescriptor(path: path, flags: O_RDWR) else { return nil }
    var lock = wholeFile
    guard fcntl(file.number, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
    return lock.l_pid
  }

  private static var wholeFile: flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return lock
  }
}
