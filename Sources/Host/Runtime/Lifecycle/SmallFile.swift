import CLinux
import Glibc
import Kernel

/// Small files on the exec-root's tmpfs. The calls are fast enough for any thread.
enum SmallFile {
  static func number(_ path: String) -> Int32? {
    guard let text = try? readFile(path) else { return nil }
    return Int32(text.prefix { $0 == "-" || $0.isNumber })
  }

  static func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(SystemCallError) {
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    try file.writeAll(bytes)
  }

  static func isEmpty(_ path: String) -> Bool { (try? readFile(path))?.isEmpty ?? true }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a folder of the runtime with its contents. Links are not followed. A missing folder is not an error.
  static func removeTree(_ path: String) throws(SystemCallError) {
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw SystemCallError.last("unlink", path) }
    for name in names(in: path) { try removeTree("\(path)/\(name)") }
    if rmdir(path) != 0, errno != ENOENT { throw SystemCallError.last("rmdir", path) }
  }
}
