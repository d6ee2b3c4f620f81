import CLinux
import Glibc

/// Shows the number of transferred bytes in one line on standard error. Does nothing without a terminal.
struct ByteProgress {
  let verb: String
  let object: String
  private(set) var bytes: Int64 = 0
  private let isShown: Bool
  private var lastShown: Int64 = 0
  private var isDirty = false

  init(verb: String, object: String, isQuiet: Bool = false) {
    self.verb = verb
    self.object = object
    isShown = !isQuiet && Descriptor.error.isTerminal
  }

  mutating func add(_ count: Int) {
    bytes += Int64(count)
    guard isShown else { return }
    let now = Self.milliseconds
    guard now - lastShown >= 100 else { return }
    lastShown = now
    isDirty = true
    Descriptor.error.write("\r\u{1B}[2K\(verb) \(object) - \(HumanText.size(bytes))")
  }

  /// Clears the line.
  mutating func clear() {
    guard isDirty else { return }
    Descriptor.error.write("\r\u{1B}[2K")
    isDirty = false
  }

  private static var milliseconds: Int64 {
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    return Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000
  }
}
