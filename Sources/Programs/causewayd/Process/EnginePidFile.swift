import EngineSettings
import Glibc
import Kernel

/// The pid file of dockerd's `--pidfile`: a text file without a lock, which service managers and scripts read.
///
/// The data plane's file is ``Kernel/PidFile``: there a lock says whether the process runs.
struct EnginePidFile: Sendable {
  let path: String

  /// - Throws: when the file names a running engine, or cannot be written.
  func write() throws(UsageError) {
    if let owner = owner(), owner != getpid(), Self.isEngine(owner) {
      throw UsageError("failed to start the engine: process with PID \(owner) is still running (see \(path))")
    }
    makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    // The file is written under another name and renamed, so that no reader sees a part of it.
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
    guard let text = try? readFile(path) else { return nil }
    return pid_t(text.filter(\.isNumber))
  }

  /// Another process may have the pid by now, so only a process of this program counts.
  private static func isEngine(_ pid: pid_t) -> Bool {
    guard let name = try? readFile("/proc/\(pid)/comm") else { return false }
    return name.hasPrefix("causewayd")
  }

  private func makeFolder(_ folder: String) {
    guard !folder.isEmpty, access(folder, F_OK) != 0 else { return }
    makeFolder(String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]))
    mkdir(folder, 0o710)
  }

  private func failure() -> UsageError {
    UsageError("failed to write the pid file \(path): \(String(cString: strerror(errno)))")
  }
}
