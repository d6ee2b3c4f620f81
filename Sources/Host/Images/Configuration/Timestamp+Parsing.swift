import EngineModel
import Kernel

extension Timestamp {
  /// Reads RFC 3339, with or without a fraction; `nil` for anything else.
  init?(rfc3339 text: String) {
    var rest = Substring(text)
    func number(_ digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
      let part = rest.prefix(digits)
      guard part.utf8.count == digits, part.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(part),
        range.contains(value)
      else { return nil }
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
      guard !digits.isEmpty, let value = Int64(digits.prefix(9)) else { return nil }
      fraction = (0..<(9 - digits.prefix(9).count)).reduce(value) { sum, _ in sum * 10 }
      rest = rest.dropFirst(digits.count)
    }
    guard let zone = skip("Zz+-") else { return nil }
    var offset: Int64 = 0
    if zone == "+" || zone == "-" {
      guard let hours = number(2, 0...23), skip(":") != nil, let minutes = number(2, 0...59) else { return nil }
      offset = (hours * 3600 + minutes * 60) * (zone == "+" ? 1 : -1)
    }
    guard rest.isEmpty else { return nil }
    // Years begin in March, so that the leap day comes last; an era is 400 years.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    // 1677 to 2262 is what nanoseconds in 64 bits reach; `0001-01-01T00:00:00Z` is Docker's "never".
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow, nanoseconds <= .max - fraction else { return nil }
    self.init(nanoseconds: nanoseconds + fraction)
  }

  /// The present moment.
  static func now() -> Timestamp { wallClock() }
}
