import EngineSettings
import Glibc

/// Says which process runs the engine of an exec root, so that a second one does not.
struct PidFile: Sendable {
  let path: String

  /// - Throws: when the process in the file is alive and is an engine; when the file cannot be written.
  func write() throws(UsageError) {
    if let owner = owner(), owner != getpid(), Self.isEngine(owner) {
      throw UsageError("failed to start the engine: process with PID \(owner) is still running (see \(path))")
    }
    makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    // Under its name the file appears only when it is whole.
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

  /// Only if it is still ours.
  func remove() {
    if owner() == getpid() { unlink(path) }
  }

  private func owner() -> pid_t? {
    guard let bytes = SmallFile.read(path, limit: 32) else { return nil }
    return pid_t(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
  }

  /// A number may have gone to another process since: only one that runs this program counts.
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

/// Reads files of a known small size.
enum SmallFile {
  /// `nil` when there is no such file, or it cannot be read; errno tells why.
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
