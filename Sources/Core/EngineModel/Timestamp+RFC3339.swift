extension Timestamp {
  /// Parses RFC 3339, with or without a fraction of a second.
  ///
  /// - Returns: `nil` for another form, and for a time before 1677 or after 2262, which 64 bits of nanoseconds cannot
  ///   hold. So Docker's "never" (``zeroText``) is `nil`, too.
  package init?(rfc3339 text: String) {
    self.init(rfc3339: Array(text.utf8)[...])
  }

  /// The same for bytes, without making a string of them: log records have a time each.
  package init?(rfc3339 bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    func number(_ digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
      guard bytes.endIndex - index >= digits else { return nil }
      var value: Int64 = 0
      for byte in bytes[index..<index + digits] {
        guard Self.isDigit(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      index += digits
      return range.contains(value) ? value : nil
    }
    func skip(_ first: Unicode.Scalar, or second: Unicode.Scalar? = nil) -> Bool {
      guard index < bytes.endIndex else { return false }
      let scalar = Unicode.Scalar(bytes[index])
      guard scalar == first || scalar == second else { return false }
      index += 1
      return true
    }
    guard let year = number(4, 0...9999), skip("-"), let month = number(2, 1...12), skip("-"),
      let day = number(2, 1...31), skip("T", or: "t") || skip(" "), let hour = number(2, 0...23), skip(":"),
      let minute = number(2, 0...59), skip(":"), let second = number(2, 0...60)
    else { return nil }
    var fraction: Int64 = 0
    if skip(".") {
      var unit: Int64 = 100_000_000
      let start = index
      while index < bytes.endIndex, Self.isDigit(bytes[index]) {
        fraction += Int64(bytes[index] - 48) * unit
        unit /= 10
        index += 1
      }
      guard index > start else { return nil }
    }
    var offset: Int64 = 0
    if !skip("Z", or: "z") {
      let isEast = skip("+")
      guard isEast || skip("-"), let hours = number(2, 0...23), skip(":"), let minutes = number(2, 0...59) else {
        return nil
      }
      offset = (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
    }
    guard index == bytes.endIndex else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow, nanoseconds <= .max - fraction else { return nil }
    self.init(nanoseconds: nanoseconds + fraction)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Years begin in March, so that the leap day
  /// comes last; an era is 400 years.
  package static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
