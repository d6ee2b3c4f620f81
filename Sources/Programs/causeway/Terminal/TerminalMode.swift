import CLinux
import Glibc
import Synchronization

/// A terminal that was changed for a while. What it was before is put back by ``restore()``, which the program also does
/// before it ends in any other way (``restoreActive()``).
struct TerminalMode: Sendable {
  private static let active = Mutex<TerminalMode?>(nil)

  private let descriptor: Descriptor
  private let former: termios

  /// Every key is handed on as it is typed. `nil` when the descriptor is no terminal.
  static func raw(_ descriptor: Descriptor) -> TerminalMode? { TerminalMode(descriptor) { cfmakeraw(&$0) } }

  /// What is typed is not shown, for passwords. `nil` when the descriptor is no terminal.
  static func silent(_ descriptor: Descriptor) -> TerminalMode? {
    TerminalMode(descriptor) { $0.c_lflag &= ~tcflag_t(ECHO) }
  }

  private init?(_ descriptor: Descriptor, _ change: (inout termios) -> Void) {
    var settings = termios()
    guard tcgetattr(descriptor.number, &settings) == 0 else { return nil }
    self.descriptor = descriptor
    former = settings
    change(&settings)
    guard tcsetattr(descriptor.number, TCSANOW, &settings) == 0 else { return nil }
    let changed = self
    Self.active.withLock { $0 = changed }
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
