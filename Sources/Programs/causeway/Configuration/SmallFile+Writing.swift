import CLinux
import Glibc

extension SmallFile {
  /// Puts a file in place whole or not at all: it is written beside its place and renamed.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(CommandFailure) {
    // What others share by a symbolic link stays shared.
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

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder and those above it; what is there already is left as it is.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(CommandFailure) {
    var made = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      made += "/" + component
      guard mkdir(made, mode) == 0 || errno == EEXIST else { throw failure(made) }
    }
  }

  /// The names in a folder, sorted; none when it cannot be read.
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

  /// Removes a folder of ours with what is in it. Links are removed, not followed.
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
