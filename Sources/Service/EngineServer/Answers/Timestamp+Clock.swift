internal import EngineModel
internal import Kernel

extension Timestamp {
  /// The current time of the host's clock.
  static var present: Timestamp { wallClock() }

  /// The API's form of a time that may be unset.
  static func shown(_ moment: Timestamp?) -> String { moment.map(\.description) ?? zeroText }
}
