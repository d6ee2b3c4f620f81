import CLinux
import EngineModel
import Glibc

/// Formats times in the caller's time zone.
enum DateText {
  /// `2025-01-31 14:05:09 +0100 CET`.
  static func local(_ seconds: Int64) -> String { format(seconds, "%Y-%m-%d %H:%M:%S %z %Z") }

  /// Formats an RFC 3339 time like Go's `time.Time.String`, with its fraction.
  static func goText(_ text: String) -> String {
    guard let time = Timestamp(rfc3339: text) else { return text }
    var digits = String(time.nanoseconds % 1_000_000_000)
    digits = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    return format(time.seconds, "%Y-%m-%d %H:%M:%S") + (digits.isEmpty ? "" : "." + digits)
      + format(time.seconds, " %z %Z")
  }

  /// Formats a time in the caller's time zone with strftime(3).
  static func format(_ seconds: Int64, _ pattern: String) -> String {
    var moment = time_t(seconds)
    var parts = tm()
    localtime_r(&moment, &parts)
    var buffer = [CChar](repeating: 0, count: 80)
    let length = strftime(&buffer, buffer.count, pattern, &parts)
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// RFC 3339 with nanoseconds and offset, as `events` shows it.
  static func rfc3339Nano(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    let digits = String(nanoseconds % 1_000_000_000)
    return format(seconds, "%Y-%m-%dT%H:%M:%S") + "."
      + String(repeating: "0", count: max(0, 9 - digits.count)) + digits + offset(seconds)
  }

  /// RFC 3339 with offset, without a fraction.
  static func rfc3339(_ seconds: Int64) -> String { format(seconds, "%Y-%m-%dT%H:%M:%S") + offset(seconds) }

  private static func offset(_ seconds: Int64) -> String {
    let zone = format(seconds, "%z")
    return zone == "+0000" ? "Z" : "\(zone.prefix(3)):\(zone.suffix(2))"
  }
}
