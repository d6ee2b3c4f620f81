import CLinux
import Glibc
import Kernel

/// A file that is locked by the one running program of its kind, and says which it is. The lock goes with the process,
/// however it ends (fcntl(2), record locks), and asking who has it does not get in anybody's way.
struct Pidfile {
  private let file: OwnedDescriptor

  /// Takes it for the calling process, which must not open the file again: closing any descriptor of it ends the lock.
  ///
  /// - Returns: `nil` when another process has it.
  static func take(_ path: String) throws(SystemCallError) -> Pidfile? {
    let file = try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT, mode: 0o644)
    var lock = wholeFile
    guard fcntl(file.number, F_SETLK, &lock) == 0 else {
      if errno == EAGAIN || errno == EACCES { return nil }
      throw SystemCallError.last("fcntl", path)
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(file.number, 0) == 0, write(file.number, text, text.count) == text.count else {
      throw SystemCallError.last("write", path)
    }
    return Pidfile(file: file)
  }

  /// The process that has it; `nil` when none does.
  static func owner(_ path: String) -> Int32? {
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
