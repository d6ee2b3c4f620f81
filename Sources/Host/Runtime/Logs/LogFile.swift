import CLinux
import Glibc
import Kernel

/// An open log file, read in blocks. Calls block for a disk read.
struct LogFile: Sendable {
  let descriptor: OwnedDescriptor

  init(path: String) throws(SystemCallError) {
    descriptor = try OwnedDescriptor(path: path, flags: O_RDONLY)
  }

  func size() throws(SystemCallError) -> Int {
    var info = stat()
    guard fstat(descriptor.number, &info) == 0 else { throw SystemCallError.last("fstat", "log") }
    return Int(info.st_size)
  }

  func read(at offset: Int, count: Int) throws(SystemCallError) -> [UInt8] {
    var failure: SystemCallError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while true {
        let got = pread(descriptor.number, buffer.baseAddress, count, off_t(offset))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = SystemCallError.last("pread", "log") }
        initialized = max(0, got)
        return
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Finds the offset of the last lines, and their number if there are fewer. It reads backwards, and only as much as
  /// it needs.
  func findLast(_ lines: Int, block: Int = 65536) throws(SystemCallError) -> (offset: Int, lines: Int) {
    let newline = UInt8(ascii: "\n")
    var end = try size()
    guard lines > 0 else { return (end, 0) }
    // The text after the last newline is an unfinished record, which is not counted.
    var found = 0
    var isLast = true
    // The beginning of a record whose end was in a later block.
    var carried: [UInt8] = []
    while end > 0 {
      let start = max(0, end - block)
      var bytes = try read(at: start, count: end - start)
      guard bytes.count == end - start else { return (start, found) }
      bytes += carried
      var recordEnd = bytes.endIndex
      while let separator = bytes[..<recordEnd].lastIndex(of: newline) {
        let record = bytes[(separator + 1)..<recordEnd]
        if let endsLine = LogEntry.endsLine(record) {
          if endsLine || isLast { found += 1 }
          isLast = false
          if found > lines { return (start + recordEnd + 1, lines) }
        }
        recordEnd = separator
      }
      carried = Array(bytes[..<recordEnd])
      end = start
    }
    if LogEntry.endsLine(carried[...]) == true { found += 1 }
    // The first record of the file has no newline before it.
    return found > lines ? (carried.count + 1, lines) : (0, found)
  }
}
