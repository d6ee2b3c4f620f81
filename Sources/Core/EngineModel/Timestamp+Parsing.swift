extension Timestamp {
  /// Parses RFC 3339, with or without a fraction; `nil` for other text, and for times that 64 bits of nanoseconds cannot
  /// hold: they reach from 1677 to 2262. Docker writes `0001-01-01T00:00:00Z` for "never".
  public init?(rfc3339 text: String) {
    var rest = Substring(text)
    func number(_ digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
      let part = rest.prefix(digits)
      guard part.utf8.count == digits, let value = Self.number(part, range) else { return nil }
      rest = rest.dropFirst(digits)
      return value
    }
    func skip(_ characters: String) -> Character? {
      guard let first = rest.first, characters.contains(first) else { return nil }
      rest = rest.dropFirst()
      return first
    }
    guard let year = number(4, 0...9999), skip("-") != nil, let month = number(2, 1...12), skip("-") != nil,
      let day = number(2, 1...31), skip("Tt ") != nil, let hour = number(2, 0...23), skip(":") != nil,
      let minute = number(2, 0...59), skip(":") != nil, let second = number(2, 0...60)
    else { return nil }
    var fraction: Int64 = 0
    if skip(".") != nil {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let value = Self.fraction(digits.prefix(9)) else { return nil }
      fraction = value
      rest = rest.dropFirst(digits.count)
    }
    guard let zone = skip("Zz+-") else { return nil }
    var offset: Int64 = 0
    if zone == "+" || zone == "-" {
      guard let hours = number(2, 0...23), skip(":") != nil, let minutes = number(2, 0...59) else { return nil }
      offset = (hours * 3600 + minutes * 60) * (zone == "+" ? 1 : -1)
    }
    guard rest.isEmpty else { return nil }
    let seconds = Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    self.init(seconds: seconds, fraction: fraction)
  }

  /// Parses a time as the Docker API and Docker's command line accept it: seconds since 1970 with or without a fraction,
  /// a duration before `now` (`1h30m`), or RFC 3339 that may end after any part (`2024-01-31T14:05`).
  public init?(docker text: String, now: Timestamp) {
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
    var seconds = Self.days(year, month, day) * 86_400
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

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years begin in March, so that the leap day comes
  /// last; an era is 400 years.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
