extension Timestamp {
  /// Parses a time as the Docker API and Docker's command line accept it: seconds since 1970 with or without a fraction,
  /// a duration before `now` (`1h30m`), or RFC 3339 that may end after any part (`2024-01-31T14:05`).
  package init?(docker text: String, now: Timestamp) {
    if let time = Self(unix: text) {
      self = time
    } else if let span = DurationText(text)?.nanoseconds {
      self.init(nanoseconds: now.nanoseconds - span)
    } else {
      self.init(shortened: text)
    }
  }

  private init?(unix text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = Int64(parts[0]) else { return nil }
    guard parts.count == 2 else {
      self.init(seconds: seconds, fraction: 0)
      return
    }
    guard let fraction = Self.fraction(parts[1]) else { return nil }
    self.init(seconds: seconds, fraction: fraction)
  }

  private init?(shortened text: String) {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard date.count == 3, date[0].utf8.count == 4, let year = Self.number(date[0], 0...9999),
      let month = Self.number(date[1], 1...12), let day = Self.number(date[2], 1...31)
    else { return nil }
    var seconds = Self.daysSince1970(year: year, month: month, day: day) * 86_400
    guard halves.count == 2 else {
      self.init(seconds: seconds, fraction: 0)
      return
    }
    var clock = halves[1]
    if clock.last == "Z" || clock.last == "z" {
      clock = clock.dropLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = clock[clock.index(after: sign)...].split(separator: ":")
      guard zone.count == 2, let hours = Self.number(zone[0], 0...23), let minutes = Self.number(zone[1], 0...59) else {
        return nil
      }
      seconds -= (clock[sign] == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
      clock = clock[..<sign]
    }
    let parts = clock.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let time = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(time.count), let hour = Self.number(time[0], 0...23),
      let minute = time.count > 1 ? Self.number(time[1], 0...59) : 0,
      let second = time.count > 2 ? Self.number(time[2], 0...60) : 0
    else { return nil }
    seconds += hour * 3600 + minute * 60 + second
    guard let fraction = parts.count == 2 ? Self.fraction(parts[1]) : 0 else { return nil }
    self.init(seconds: seconds, fraction: fraction)
  }

  /// - Parameter fraction: nanoseconds.
  private init?(seconds: Int64, fraction: Int64) {
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow, nanoseconds <= .max - fraction else { return nil }
    self.init(nanoseconds: nanoseconds + fraction)
  }

  private static func number(_ digits: Substring, _ range: ClosedRange<Int64>) -> Int64? {
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(digits), range.contains(value) else {
      return nil
    }
    return value
  }

  /// One to nine digits after the point, as nanoseconds.
  private static func fraction(_ digits: Substring) -> Int64? {
    let count = digits.utf8.count
    guard (1...9).contains(count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(digits + String(repeating: "0", count: 9 - count))
  }
}
