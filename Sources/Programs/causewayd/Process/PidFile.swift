import EngineSettings
import Glibc

/// The pid file, which keeps a second engine from the same exec root.
struct PidFile: Sendable {
  let path: String

  /// - Throws: when the file names a running engine, or cannot be written.
  func write() throws(UsageError) {
    if let owner = owner(), owner != getpid(), Self.isEngine(owner) {
      throw UsageError("failed to start the engine: process with PID \(owner) is still running (see \(path))")
    }
    makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    // Written under another name and renamed, so that readers never see a part.
    let partial = "\(path).\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure() }
    let bytes = Array("\(getpid())".utf8)
    let count = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    guard count == bytes.count, rename(partial, path) == 0 else {
      let error = failure()
      unlink(partial)
      throw error
    }
  }

  /// Removes the file if it names this process.
  func remove() {
    if owner() == getpid() { unlink(path) }
  }

  private func owner() -> pid_t? {
    guard let bytes = SmallFile.read(path, limit: 32) else { return nil }
    return pid_t(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
  }

  /// The pid may belong to another process by now: only a process of this program counts.
  private static func isEngine(_ pid: pid_t) -> Bool {
    guard let name = SmallFile.read("/proc/\(pid)/comm", limit: 64) else { return false }
    return String(decoding: name, as: UTF8.self).hasPrefix("causewayd")
  }

  private func makeFolder(_ folder: String) {
    guard !folder.isEmpty, access(folder, F_OK) != 0 else { return }
    makeFolder(String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]))
    mkdir(folder, 0o711)
  }

  private func failure() -> UsageError {
    UsageError("failed to write the pid file \(path): \(String(cString: strerror(errno)))")
  }
}

/// Reads small files.
enum SmallFile {
  /// `nil` when the file cannot be read; errno has the reason.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return bytes
  }
}
