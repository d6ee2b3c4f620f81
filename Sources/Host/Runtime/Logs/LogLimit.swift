/// The size limit of a container's log (`max-size` and `max-file`).
package struct LogLimit: Sendable, Hashable {
  /// The size in bytes at which a file is rotated.
  package var maxSize: Int
  /// The number of files, including the current one.
  package var maxFiles: Int

  package init(maxSize: Int, maxFiles: Int) {
    self.maxSize = max(1, maxSize)
    self.maxFiles = max(1, maxFiles)
  }

  /// The limit for rotated files in bytes. With one file in total, one rotated file still remains, because the log
  /// would otherwise be empty after each rotation.
  var rotatedBytes: Int {
    let (bytes, overflows) = maxSize.multipliedReportingOverflow(by: max(1, maxFiles - 1))
    return overflows ? .max : bytes
  }

  var text: String { "\(maxSize) \(maxFiles)" }

  init?(text: String) {
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 2 else { return nil }
    self.init(maxSize: numbers[0], maxFiles: numbers[1])
  }
}
