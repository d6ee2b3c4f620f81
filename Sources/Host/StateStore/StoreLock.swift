import EngineModel
import Glibc
import Synchronization

/// An advisory lock (flock(2)) against a second engine on the same state. The kernel releases it when the process ends.
final class StoreLock: Sendable {
  private let descriptor: Mutex<Int32>

  init(path: String) throws(EngineError) {
    let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard number >= 0 else {
      throw EngineError(.system, "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      Glibc.close(number)
      throw EngineError(
        .unavailable,
        code == EWOULDBLOCK
          ? "another engine uses the state of \(path): stop it, or give this one another data root"
          : "cannot lock \(path): \(String(cString: strerror(code)))")
    }
    descriptor = Mutex(number)
  }

  func release() {
    descriptor.withLock { number in
      if number >= 0 { Glibc.close(number) }
      number = -1
    }
  }

  deinit { release() }
}
