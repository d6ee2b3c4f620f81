import CLinux
import Glibc
import Synchronization

/// A temporary terminal setting. ``restore()`` undoes it; the program also calls ``restoreActive()`` on every other
/// exit.
struct TerminalMode: Sendable {
  private static let active = Mutex<TerminalMode?>(nil)

  private let descriptor: Descriptor
  private let original: termios

  /// Passes on every key as it is typed. `nil` when the descriptor is not a terminal.
  static func raw(_ descriptor: Descriptor) -> TerminalMode? { TerminalMode(descriptor) { cfmakeraw(&$0) } }

  /// Does not echo input, for passwords. `nil` when the descriptor is not a terminal.
  static func silent(_ descriptor: Descriptor) -> TerminalMode? {
    TerminalMode(descriptor) { $0.c_lflag &= ~tcflag_t(ECHO) }
  }

  private init?(_ descriptor: Descriptor, _ change: (inout termios) -> Void) {
    var settings = termios()
    guard tcgetattr(descriptor.number, &settings) == 0 else { return nil }
    self.descriptor = descriptor
    original = settings
    change(&settings)
    guard tcsetattr(descriptor.number, TCSANOW, &settings) == 0 else { return nil }
    let changed = self
    Self.active.withLock { $0 = changed }
  }

  func restore() {
    var settings = original
    tcsetattr(descriptor.number, TCSANOW, &settings)
    Self.active.withLock { $0 = nil }
  }

  static func restoreActive() {
    active.withLock { $0 }?.restore()
  }
}
