internal import EngineModel
internal import Kernel

extension Timestamp {
  /// Now, by the host's clock.
  static var present: Timestamp { wallClock() }

  /// As the API shows a moment that may not have come.
  static func shown(_ moment: Timestamp?) -> String { moment.map(\.description) ?? zeroText }
}
