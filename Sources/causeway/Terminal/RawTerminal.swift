import Glibc

/// A terminal that hands every key on as it is typed. What it was before is put back by ``restore()``.
struct RawTerminal: Sendable {
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
  }

  func restore() {
    var settings = former
    tcsetattr(descriptor.number, TCSANOW, &settings)
  }
}
