package import EngineModel

/// A line of a container's log, or a part of one.
package struct LogEntry: Sendable, Hashable {
  package let time: Timestamp
  package let stream: OutputStream
  /// The bytes that the process wrote, including the newline at the end.
  package let bytes: [UInt8]
  /// The line continues in the next entry of the same stream.
  package let isPartial: Bool

  package init(time: Timestamp, stream: OutputStream, bytes: [UInt8], isPartial: Bool) {
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
  package init?(record: ArraySlice<UInt8>) {
    let space = UInt8(ascii: " ")
    guard let first = record.firstIndex(of: space), let time = Timestamp(rfc3339: record[..<first]),
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
