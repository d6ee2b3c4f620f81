import CLinux
import Glibc
import Kernel

/// The files of one log: the current file `container.log`, and rotated files `container.log.1`, `container.log.2` and
/// so on, the newest with the highest number. Numbers are never reused, so that a reader keeps its position during
/// rotations.
struct LogFileSeries: Sendable, Hashable {
  /// The path of the current file.
  let path: String

  var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
  private var name: Substring { path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...] }

  func path(_ number: Int) -> String { "\(path).\(number)" }

  /// The numbers of the rotated files, oldest first.
  var numbers: [Int] {
    SmallFile.names(in: folder).compactMap { file in
      file.hasPrefix("\(name).") ? Int(file.dropFirst(name.utf8.count + 1)) : nil
    }.sorted()
  }

  /// The number that the current file gets when it is rotated.
  var current: Int { (numbers.last ?? 0) + 1 }

  /// The number of the next newer file.
  func next(after number: Int) -> Int { numbers.first { $0 > number } ?? current }

  /// Whether a file is complete: it was rotated, and the writer uses a new file.
  func isFinished(_ number: Int) -> Bool {
    guard let last = numbers.last, last >= number else { return false }
    return last > number || SmallFile.exists(path)
  }

  /// - Returns: the file and its number, which is a later one if that file was removed.
  func open(_ number: Int) throws(SystemCallError) -> (LogFile, Int) {
    var number = number
    while true {
      let current = current
      number = min(number, current)
      do throws(SystemCallError) {
        let file = try LogFile(path: number < current ? path(number) : path)
        // A rotation may have happened just before the open.
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

  /// Whether the current file has reached its limit.
  func isFull(_ limit: LogLimit) -> Bool { Self.size(path).map { $0 >= limit.maxSize } ?? false }

  /// Renames the current file. The writer must then be told to open a new one.
  func rotate() throws(SystemCallError) {
    guard rename(path, path(current)) == 0 || errno == ENOENT else { throw SystemCallError.last("rename", path) }
  }

  /// Removes the oldest rotated records beyond the limit.
  func removeExcess(_ limit: LogLimit) throws(SystemCallError) {
    var room = limit.rotatedBytes
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

  /// Keeps whole records at the end of a file. A reader that has the file open still reads all of it.
  static func shorten(_ path: String, to room: Int) throws(SystemCallError) {
    let file = try LogFile(path: path)
    let size = try file.size()
    guard size > room else { return }
    let new = try OwnedDescriptor(path: "\(path)~", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o640)
    var offset = size - room
    var isInsideRecord = true
    while offset < size {
      let bytes = try file.read(at: offset, count: min(1 << 18, size - offset))
      guard !bytes.isEmpty else { break }
      offset += bytes.count
      var rest = bytes[...]
      if isInsideRecord {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { continue }
        rest = rest[(end + 1)...]
        isInsideRecord = false
      }
      try new.writeAll(Array(rest))
    }
    guard rename("\(path)~", path) == 0 else { throw SystemCallError.last("rename", path) }
  }
}
