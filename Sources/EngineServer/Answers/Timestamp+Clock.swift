internal import EngineModel
internal import Glibc

extension Timestamp {
  /// Now, by the host's clock.
  static var present: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// As the API shows a moment that may not have come.
  static func shown(_ moment: Timestamp?) -> String { moment.map(\.description) ?? zeroText }
}
