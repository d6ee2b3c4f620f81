internal import CLinux
internal import EngineModel
internal import Glibc
internal import Kernel

/// Creates the engine's Unix socket. It replaces a socket that no process listens on and never one that is in use. At no
/// time can a user other than the owner and the group open it.
enum UnixListener {
  /// - Parameter group: the group whose members may use the engine; `nil`: only the owner.
  /// - Returns: a bound descriptor that does not listen yet, with close-on-exec.
  /// - Throws: `conflict` when an engine listens there, `system` with errno otherwise.
  static func open(path: String, group: gid_t?) throws(EngineError) -> CInt {
    try replaceStale(path)
    try makeFolder(of: path)
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("cannot open a socket", errno) }
    // The mode is set before bind, so that there is no moment with a wider mode: the file gets the socket's own mode
    // (unix(7)). The umask belongs to all threads and is not changed.
    fchmod(descriptor, 0o600)
    let outcome = withAddress(path) { bind(descriptor, $0, $1) }
    let code = errno
    guard outcome == 0 else {
      close(descriptor)
      throw failure("cannot bind \(path)", code)
    }
    if let group, chown(path, uid_t.max, group) != 0 || chmod(path, 0o660) != 0 {
      let code = errno
      unlink(path)
      close(descriptor)
      throw failure("cannot give \(path) to its group", code)
    }
    return descriptor
  }

  private static func replaceStale(_ path: String) throws(EngineError) {
    guard try checkFree(path) else { return }
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot replace \(path)", errno) }
  }

  /// - Returns: whether the path is a socket that no process listens on.
  /// - Throws: `conflict` when a process listens there, or when the path is not a socket.
  @discardableResult
  static func checkFree(_ path: String) throws(EngineError) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw EngineError(.conflict, "\(path) is there and is not a socket")
    }
    let probe = socket(
      AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
    guard probe >= 0 else { throw failure("cannot open a socket", errno) }
    defer { close(probe) }
    // EAGAIN: the backlog is full, so a process listens.
    if withAddress(path, { connect(probe, $0, $1) }) == 0 || errno == EAGAIN {
      throw EngineError(.conflict, "\(path) is in use: another engine answers there")
    }
    return true
  }

  private static func makeFolder(of path: String) throws(EngineError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard access(folder, F_OK) != 0 else { return }
    try makeFolder(of: folder)
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure("cannot make \(folder)", errno) }
  }

  private static func withAddress(_ path: String, _ use: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    do throws(SystemCallError) {
      return try UnixSocketAddress(path).withRawAddress { use($0.assumingMemoryBound(to: sockaddr.self), $1) }
    } catch {
      errno = error.errno
      return -1
    }
  }

  private static func failure(_ what: String, _ code: CInt) -> EngineError {
    EngineError(.system, "\(what): \(SystemCallError.reason(code))")
  }

  /// The id of a group.
  static func group(named name: String) -> gid_t? {
    if let number = gid_t(name) { return number }
    return getgrnam(name)?.pointee.gr_gid
  }
}
