public import EngineModel

/// A line of a container's log, or a part of one.
public struct LogEntry: Sendable, Hashable {
  public let time: Timestamp
  public let stream: OutputStream
  /// The bytes that the process wrote, including the newline at the end.
  public let bytes: [UInt8]
  /// The line continues in the next entry of the same stream.
  public let isPartial: Bool

  public init(time: Timestamp, stream: OutputStream, bytes: [UInt8], isPartial: Bool) {
    self.time = time
    self.stream = stream
    self.bytes = bytes
    self.isPartial = isPartial
  }

  /// Parses a record of conmon's `k8s-file` format (Kubernetes CRI): time, stream, `F` for a full line or `P` for a
  /// part, text.
  ///
  /// - Parameter record: without the newline at its end.
  /// - Returns: `nil` for a malformed record, such as one that a crash cut off.
  public init?(record: ArraySlice<UInt8>) {
    let space = UInt8(ascii: " ")
    guard let first = record.firstIndex(of: space), let time = Timestamp(logTime: record[..<first]),
      let second = record[(first + 1)...].firstIndex(of: space), second + 1 < record.endIndex
    else { return nil }
    let name = record[(first + 1)..<second]
    // `stdout` and `stderr` differ in the fourth letter.
    guard name.count == 6 else { return nil }
    stream = name[name.startIndex + 3] == UInt8(ascii: "e") ? .stderr : .stdout
    self.time = time
    let tag = record[second + 1]
    guard tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P") else { return nil }
    isPartial = tag == UInt8(ascii: "P")
    let text = record[min(second + 3, record.endIndex)...]
    bytes = isPartial ? Array(text) : Array(text) + [UInt8(ascii: "\n")]
  }

  /// Whether a record ends a line, without parsing all of it; `nil` if it is malformed.
  static func endsLine(_ record: ArraySlice<UInt8>) -> Bool? {
    let space = UInt8(ascii: " ")
    guard let first = record.firstIndex(of: space), let second = record[(first + 1)...].firstIndex(of: space),
      second + 1 < record.endIndex
    else { return nil }
    return record[second + 1] == UInt8(ascii: "F")
  }
}

extension Timestamp {
  /// `2024-05-01T12:00:00.123456789+02:00`.
  init?(logTime text: ArraySlice<UInt8>) {
    func number(_ offset: Int, _ count: Int) -> Int64? {
      let start = text.startIndex + offset
      guard start + count <= text.endIndex else { return nil }
      var value: Int64 = 0
      for byte in text[start..<(start + count)] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
      let minute = number(14, 2), let second = number(17, 2)
    else { return nil }
    var fraction: Int64 = 0
    var place: Int64 = 100_000_000
    var index = text.startIndex + 19
    if index < text.endIndex, text[index] == UInt8(ascii: ".") {
      index += 1
      while index < text.endIndex, text[index] >= 48, text[index] <= 57 {
        fraction += Int64(text[index] - 48) * place
        place /= 10
        index += 1
      }
    }
    var zone: Int64 = 0
    if index < text.endIndex, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
      let offset = index - text.startIndex + 1
      guard let hours = number(offset, 2), let minutes = number(offset + 3, 2) else { return nil }
      zone = (hours * 3600 + minutes * 60) * (text[index] == UInt8(ascii: "-") ? -1 : 1)
    }
    // Days of the civil calendar, counted from March so that the leap day comes last.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - zone
    self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
  }
}
