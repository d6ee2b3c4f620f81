import EngineModel
import Kernel

extension Timestamp {
  /// The current time.
  static func now() -> Timestamp { wallClock() }
}
