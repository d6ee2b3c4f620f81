import Glibc
import Synchronization

/// A terminal that hands every key on as it is typed. What it was before is put back by ``restore()``, which the program
/// also does before it ends in any other way (``restoreActive()``).
struct RawTerminal: Sendable {
  private static let active = Mutex<RawTerminal?>(nil)

  private let descriptor: Descriptor
  private let former: termios

  /// `nil` when the descriptor is no terminal.
  init?(_ descriptor: Descriptor) {
    var settings = termios()
    guard tcgetattr(descriptor.number, &settings) == 0 else { return nil }
    self.descriptor = descriptor
    former = settings
    cfmakeraw(&settings)
    guard tcsetattr(descriptor.number, TCSANOW, &settings) == 0 else { return nil }
    let raw = self
    Self.active.withLock { $0 = raw }
  }

  func restore() {
    var settings = former
    tcsetattr(descriptor.number, TCSANOW, &settings)
    Self.active.withLock { $0 = nil }
  }

  static func restoreActive() {
    active.withLock { $0 }?.restore()
  }
}
