import Glibc
import Kernel

/// A file that is locked by the one running program of its kind, and says which it is.
struct Pidfile {
  private let file: OwnedDescriptor

  /// Takes it for the calling process.
  ///
  /// - Returns: `nil` when another process has it.
  static func take(_ path: String) throws(SystemCallError) -> Pidfile? {
    let file = try OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT, mode: 0o644)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { return nil }
      throw SystemCallError.last("flock", path)
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
    guard flock(file.number, LOCK_EX | LOCK_NB) != 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(file.number, &buffer, buffer.count, 0)
    guard count > 1, let pid = Int32(String(decoding: buffer[..<(count - 1)], as: UTF8.self)), pid > 0 else {
      return nil
    }
    return pid
  }
}
