import EngineModel
import Glibc
import Kernel

/// Replaces whole files atomically.
enum AtomicFile {
  /// Writes a temporary file in the same folder and renames it over the target.
  ///
  /// - Parameter isDurable: returns only after both the content and the name are on the disk.
  static func write(_ path: String, _ bytes: [UInt8], isDurable: Bool, mode: mode_t = 0o600) throws {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    var random = SystemRandomNumberGenerator()
    let temporary = "\(path).\(String(random.next(), radix: 36)).tmp"
    do {
      let file = try OwnedDescriptor(path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
      try file.writeAll(bytes)
      if isDurable { try checked("fsync", temporary) { fsync(file.number) } }
      try checked("rename", path) { rename(temporary, path) }
    } catch {
      unlink(temporary)
      throw error
    }
    if isDurable {
      let parent = try OwnedDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY)
      try checked("fsync", folder) { fsync(parent.number) }
    }
  }

  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let file = try OwnedDescriptor(path: path, flags: O_RDONLY)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try checkedCount("read", path) { Glibc.read(file.number, &buffer, buffer.count) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      guard bytes.count <= limit else { throw EngineError(.invalidParameter, "\(path) is larger than \(limit) bytes") }
    }
  }
}
