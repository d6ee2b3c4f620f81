import EngineModel

/// A moment as `--since` and `--until` take it: seconds since 1970, a span before now (`42m`), or a date and time
/// (RFC 3339, the end of which may be left out).
enum MomentText {
  /// Seconds since 1970 with an optional fraction, as the Docker API takes it.
  ///
  /// - Throws: ``UsageError`` of kind `value`.
  static func seconds(_ text: String, now: Int64) throws(UsageError) -> String {
    if isNumber(text) { return text }
    if let span = DurationText(text) {
      let moment = now * 1_000_000_000 - span.nanoseconds
      return fraction(moment / 1_000_000_000, moment % 1_000_000_000)
    }
    guard let moment = date(text) else { throw .value("failed to parse value as time or duration: \(quoted(text))") }
    return fraction(moment.seconds, moment.nanoseconds)
  }

  /// Seconds since 1970 of a moment in RFC 3339; `nil` when it is none.
  static func date(_ text: String) -> (seconds: Int64, nanoseconds: Int64)? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let day = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
    guard day.count == 3, let year = day[0], let month = day[1], let dayOfMonth = day[2], (1...12).contains(month),
      (1...31).contains(dayOfMonth), (1...9999).contains(year)
    else { return nil }
    var seconds = days(year, month, dayOfMonth) * 86_400
    var nanoseconds: Int64 = 0
    guard halves.count == 2 else { return (seconds, 0) }
    var clock = halves[1]
    if clock.last == "Z" {
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].split(separator: ":").map { Int64($0) }
      guard zone.count == 2, let hours = zone[0], let minutes = zone[1] else { return nil }
      seconds += (clock[sign] == "+" ? -1 : 1) * (hours * 3600 + minutes * 60)
      clock = clock[..<sign]
    }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), let hours = Int64(parts[0]), (0...23).contains(hours) else { return nil }
    seconds += hours * 3600
    if parts.count > 1 {
      guard let minutes = Int64(parts[1]), (0...59).contains(minutes) else { return nil }
      seconds += minutes * 60
    }
    if parts.count > 2 {
      let second = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let whole = Int64(second[0]), (0...60).contains(whole) else { return nil }
      seconds += whole
      if second.count == 2 {
        let digits = second[1].prefix(9)
        guard let value = Int64(digits + String(repeating: "0", count: 9 - digits.count)) else { return nil }
        nanoseconds = value
      }
    }
    return (seconds, nanoseconds)
  }

  private static func isNumber(_ text: String) -> Bool {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  private static func fraction(_ seconds: Int64, _ nanoseconds: Int64) -> String {
    let digits = String(nanoseconds)
    return "\(seconds).\(String(repeating: "0", count: max(0, 9 - digits.utf8.count)))\(digits)"
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar; years begin in March so that the leap day comes last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
