import CLinux
import Glibc

/// Reads and writes small local files, and reports failures as ``CommandFailure``.
enum LocalFile {
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count > 0 {
        bytes += buffer.prefix(count)
      } else if errno != EINTR {
        throw failure(path)
      }
    }
  }

  static func failure(_ path: String) -> CommandFailure {
    CommandFailure("open \(path): \(String(cString: strerror(errno)).lowercased())")
  }

  /// Replaces a file atomically: writes a temporary file and renames it.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(CommandFailure) {
    // A symbolic link to a shared file stays a link.
    let target = resolved(path)
    let partial = "\(target).\(getpid())"
    let number = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard number >= 0 else { throw failure(partial) }
    let isWritten = Descriptor(number: number).write(bytes)
    guard close(number) == 0, isWritten, rename(partial, target) == 0 else {
      let failure = failure(target)
      unlink(partial)
      throw failure
    }
  }

  /// The target of a symbolic link.
  static func readLink(_ path: String) throws(CommandFailure) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw failure(path) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Creates a folder and its missing parents.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(CommandFailure) {
    var made = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      made += "/" + component
      guard mkdir(made, mode) == 0 || errno == EEXIST else { throw failure(made) }
    }
  }

  /// The names in a folder, sorted; empty when it cannot be read.
  static func names(in folder: String) -> [String] { (try? list(folder)) ?? [] }

  /// The names in a folder, sorted.
  static func list(_ folder: String) throws(CommandFailure) -> [String] {
    guard let stream = opendir(folder) else { throw failure(folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a folder and its contents. Does not follow symbolic links.
  static func removeTree(_ path: String) {
    for name in names(in: path) {
      let child = "\(path)/\(name)"
      var status = stat()
      if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { removeTree(child) } else { unlink(child) }
    }
    rmdir(path)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
