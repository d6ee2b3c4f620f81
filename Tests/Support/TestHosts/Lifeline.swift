import Glibc
import Synchronization

/// The end of a pipe whose closing ends a holder.
final class Lifeline: Sendable {
  private let writeEnd: Mutex<Int32>

  init(writeEnd: Int32) {
    self.writeEnd = Mutex(writeEnd)
  }

  /// - Returns: false when it was cut before.
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
