import CLinux
import Glibc
import Kernel

/// The files of one log: `container.log`, which is written to, and those that were put away, `container.log.1`,
/// `container.log.2` and so on, the newest with the highest number. Numbers are never used again, so that a reader knows
/// where it is whatever happened meanwhile.
struct LogSeries: Sendable, Hashable {
  /// Of the file that is written to.
  let path: String

  var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
  private var name: Substring { path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...] }

  func path(_ number: Int) -> String { "\(path).\(number)" }

  /// Those put away, oldest first.
  var numbers: [Int] {
    SmallFile.names(in: folder).compactMap { file in
      file.hasPrefix("\(name).") ? Int(file.dropFirst(name.utf8.count + 1)) : nil
    }.sorted()
  }

  /// The number of the file that is written to, once it is put away.
  var current: Int { (numbers.last ?? 0) + 1 }

  /// The file after that one, in the order of writing.
  func next(after number: Int) -> Int { numbers.first { $0 > number } ?? current }

  /// Whether nothing more is written to a file: it was put away and its writer has another.
  func isFinished(_ number: Int) -> Bool {
    guard let last = numbers.last, last >= number else { return false }
    return last > number || SmallFile.exists(path)
  }

  /// - Returns: also its number, which is a later one when that file is gone.
  func open(_ number: Int) throws(SystemCallError) -> (LogFile, Int) {
    var number = number
    while true {
      let current = current
      number = min(number, current)
      do throws(SystemCallError) {
        let file = try LogFile(path: number < current ? path(number) : path)
        // It may have been put away, and another begun, just before it was opened.
        if number < current || current == self.current { return (file, number) }
      } catch {
        guard error.errno == ENOENT, number < current else { throw error }
        number = next(after: number)
      }
    }
  }

  static func size(_ path: String) -> Int? {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : nil
  }

  /// Whether the file that is written to has grown beyond its bound.
  func isFull(_ bound: LogBound) -> Bool { Self.size(path).map { $0 >= bound.size } ?? false }

  /// Puts the file away; the writer must be told to begin another.
  func putAway() throws(SystemCallError) {
    guard rename(path, path(current)) == 0 || errno == ENOENT else { throw SystemCallError.last("rename", path) }
  }

  /// Keeps of what was put away no more than the bound allows: the last of it.
  func trim(_ bound: LogBound) throws(SystemCallError) {
    var room = bound.putAway
    for number in numbers.reversed() {
      let size = Self.size(path(number)) ?? 0
      if room == 0 {
        unlink(path(number))
      } else if size > room {
        try Self.shorten(path(number), to: room)
        room = 0
      } else {
        room -= size
      }
    }
  }

  /// Keeps whole records of the end. Who reads the file already goes on reading the whole.
  static func shorten(_ path: String, to room: Int) throws(SystemCallError) {
    let file = try LogFile(path: path)
    let size = try file.size()
    guard size > room else { return }
    let new = try OwnedDescriptor(path: "\(path)~", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640)
    var offset = size - room
    var isInRecord = true
    while offset < size {
      let bytes = try file.read(at: offset, count: min(1 << 18, size - offset))
      guard !bytes.isEmpty else { break }
      offset += bytes.count
      var rest = bytes[...]
      if isInRecord {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { continue }
        rest = rest[(end + 1)...]
        isInRecord = false
      }
      while !rest.isEmpty {
        let count = try checkedCount("write", path) {
          rest.withUnsafeBytes { write(new.number, $0.baseAddress, $0.count) }
        }
        rest = rest.dropFirst(count)
      }
    }
    guard rename("\(path)~", path) == 0 else { throw SystemCallError.last("rename", path) }
  }
}
