/// How much of a container's log is kept.
public struct LogBound: Sendable, Hashable {
  /// Bytes after which a file is put away and a fresh one begun.
  public var size: Int
  /// The files that are kept, the one that is written to among them.
  public var files: Int

  public init(size: Int, files: Int) {
    self.size = max(1, size)
    self.files = max(1, files)
  }

  /// What may be kept in files that were put away, in bytes. Where one file is all, the last of what stood in it is kept
  /// still: a log that was just begun anew would say nothing.
  var putAway: Int {
    let (bytes, overflows) = size.multipliedReportingOverflow(by: max(1, files - 1))
    return overflows ? .max : bytes
  }

  var text: String { "\(size) \(files)" }

  init?(text: String) {
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 2 else { return nil }
    self.init(size: numbers[0], files: numbers[1])
  }
}
