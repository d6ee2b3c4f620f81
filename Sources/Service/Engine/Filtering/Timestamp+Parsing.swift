public import EngineModel
import Kernel

extension Timestamp {
  /// Now, by the clock of the host.
  static var now: Timestamp { wallClock() }

  func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  /// A moment as Docker's API and command line write it: seconds since 1970 with or without a fraction, RFC 3339 with
  /// or without a zone or a time of day, or how long ago (`1h30m`, relative to `now`).
  public init?(docker text: String, now: Timestamp) {
    if let nanoseconds = Self.unix(text) {
      self.init(nanoseconds: nanoseconds)
    } else if let ago = DurationText(text)?.nanoseconds {
      self.init(nanoseconds: now.nanoseconds - ago)
    } else if let nanoseconds = Self.rfc3339(text) {
      self.init(nanoseconds: nanoseconds)
    } else {
      return nil
    }
  }

  private static func unix(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = Int64(parts[0]), abs(seconds) < 9_000_000_000 else { return nil }
    guard parts.count == 2 else { return seconds * 1_000_000_000 }
    guard let fraction = fraction(parts[1]) else { return nil }
    return seconds * 1_000_000_000 + fraction
  }

  /// Digits after the point, as nanoseconds.
  private static func fraction(_ digits: some StringProtocol) -> Int64? {
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(digits + String(repeating: "0", count: 9 - digits.utf8.count))
  }

  private static func rfc3339(_ text: String) -> Int64? {
    let bytes = text[...]
    func number(_ part: Substring, _ range: ClosedRange<Int64>) -> Int64? {
      Int64(part).flatMap { range.contains($0) ? $0 : nil }
    }
    let halves = bytes.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard date.count == 3, date[0].count == 4, let year = number(date[0], 0...9999),
      let month = number(date[1], 1...12), let day = number(date[2], 1...31)
    else { return nil }
    var seconds = daysFromCivil(year, month, day) * 86_400
    guard halves.count == 2 else { return seconds * 1_000_000_000 }
    var clock = halves[1]
    if clock.last == "Z" || clock.last == "z" {
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].split(separator: ":")
      guard zone.count == 2, let hours = number(zone[0], 0...23), let minutes = number(zone[1], 0...59) else {
        return nil
      }
      seconds -= (clock[sign] == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
      clock = clock[..<sign]
    }
    let pieces = clock.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let time = pieces[0].split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(time.count), let hour = number(time[0], 0...23) else { return nil }
    seconds += hour * 3600
    if time.count > 1 {
      guard let minute = number(time[1], 0...59) else { return nil }
      seconds += minute * 60
    }
    if time.count > 2 {
      guard let second = number(time[2], 0...60) else { return nil }
      seconds += second
    }
    guard pieces.count == 2 else { return seconds * 1_000_000_000 }
    return fraction(pieces[1]).map { seconds * 1_000_000_000 + $0 }
  }

  /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
  private static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
