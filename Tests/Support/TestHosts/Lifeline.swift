import Glibc
import Synchronization

/// The write end of a pipe. Closing it ends a holder.
final class Lifeline: Sendable {
  private let writeEnd: Mutex<Int32>

  init(writeEnd: Int32) {
    self.writeEnd = Mutex(writeEnd)
  }

  /// - Returns: `false` when it was closed before.
  @discardableResult
  func cut() -> Bool {
    writeEnd.withLock { number in
      guard number >= 0 else { return false }
      close(number)
      number = -1
      return true
    }
  }

  deinit { cut() }
}
