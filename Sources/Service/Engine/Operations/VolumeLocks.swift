import Coordination
import EngineModel

/// Volumes that an operation creates, fills or removes. Others wait for its end and then look again. Belongs to the
/// engine's actor.
struct VolumeLocks {
  private var locked: [String: OneShot<Void, Never>] = [:]

  /// The end of the work on one of these volumes; `nil` when all are free.
  func work(on names: some Sequence<String>) -> OneShot<Void, Never>? {
    for name in names { if let end = locked[name] { return end } }
    return nil
  }

  /// The volumes must be free.
  mutating func lock(_ names: some Sequence<String>) {
    for name in names { locked[name] = OneShot() }
  }

  mutating func unlock(_ names: some Sequence<String>) {
    for name in names { locked.removeValue(forKey: name)?.succeed() }
  }
}
