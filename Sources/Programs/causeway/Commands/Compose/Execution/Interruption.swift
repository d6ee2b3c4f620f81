import Synchronization

/// Whether the user asked to stop. The signal handler sets it.
final class Interruption: Sendable {
  /// The interruption of the running command; `nil` when the command does not handle signals itself.
  static var current: Interruption? { slot.withLock { $0 } }
  private static let slot = Mutex<Interruption?>(nil)

  private let flag = Mutex(false)
  var isSet: Bool { flag.withLock { $0 } }
  func set() { flag.withLock { $0 = true } }

  static func install() -> Interruption {
    let interruption = Interruption()
    slot.withLock { $0 = interruption }
    return interruption
  }
}

/// The user interrupted the command.
struct Interrupted: Error {}
