import Glibc

/// A terminal that does not show what is typed, for passwords.
struct SilentTerminal {
  private let descriptor: Descriptor
  private let former: termios

  /// `nil` when the descriptor is no terminal.
  init?(_ descriptor: Descriptor) {
    var settings = termios()
    guard tcgetattr(descriptor.number, &settings) == 0 else { return nil }
    self.descriptor = descriptor
    former = settings
    settings.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(descriptor.number, TCSANOW, &settings) == 0 else { return nil }
  }

  func restore() {
    var settings = former
    tcsetattr(descriptor.number, TCSANOW, &settings)
  }
}
