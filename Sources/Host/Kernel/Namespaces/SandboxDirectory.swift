import CLinux
import Glibc

/// A folder in which each file is a network namespace, kept alive by a bind mount whether or not a process is in it.
/// Containers' sandboxes, and a test's hosts, are such files.
///
/// The calls block for about as long as the kernel takes to make a namespace, 1 ms or so: call them on a thread that may.
/// They need CAP_SYS_ADMIN, and act in the mount namespace of the process.
public struct SandboxDirectory: Hashable, Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  public func file(_ name: String) -> String { "\(path)/\(name)" }

  public func open(_ name: String) throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: file(name))
  }

  /// Makes a namespace with its loopback up.
  ///
  /// - Throws: errno `EEXIST` when there is one of that name. A file without a namespace, left by a crash between two
  ///   steps, is taken over.
  @discardableResult
  public func create(_ name: String) throws -> NetworkNamespace {
    let visit = try createWithVisit(name)
    return visit.namespace
  }

  /// The same; keeps the thread that made the namespace, which is inside already, for work there.
  func createWithVisit(_ name: String) throws -> NamespaceVisit {
    let target = file(name)
    try prepareFile(target)
    do {
      return try NamespaceVisit.ofNewNamespace { () throws(SystemCallError) in
        try Mounts.bind("/proc/thread-self/ns/net", at: target)
        return try NetworkNamespace(path: target)
      }
    } catch {
      _ = try? delete(name)
      throw error
    }
  }

  private func prepareFile(_ target: String) throws(SystemCallError) {
    func make() -> Int32 { Glibc.open(target, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444) }
    var number = make()
    if number < 0, errno == ENOENT {
      try makeDirectories(path)
      number = make()
    }
    if number >= 0 {
      close(number)
      return
    }
    guard errno == EEXIST else { throw SystemCallError.last("open", target) }
    do {
      _ = try NetworkNamespace(path: target)
    } catch  where error.errno == EINVAL {
      return
    }
    throw SystemCallError(errno: EEXIST, call: "open", subject: target)
  }

  /// Lets go of a namespace. The kernel deletes it, with the links inside, once no process, socket or descriptor uses
  /// it any more. Deleting what is not there succeeds.
  ///
  /// - Returns: whether there was something.
  @discardableResult
  public func delete(_ name: String) throws(SystemCallError) -> Bool {
    let target = file(name)
    // A second mount on the same file is possible after a crash; the bound only guards against surprises.
    for _ in 0..<16 {
      guard try Mounts.unmount(target) else { break }
    }
    do {
      try checked("unlink", target) { unlink(target) }
      return true
    } catch  where error.errno == ENOENT {
      return false
    }
  }

  /// Deletes files under which there is no namespace: an engine was killed between two steps of making or deleting one,
  /// or the machine was restarted.
  public func removeEmptyFiles() throws(SystemCallError) {
    for name in try list() {
      do throws(SystemCallError) {
        _ = try NetworkNamespace(path: file(name))
      } catch {
        guard error.errno == EINVAL else { continue }
        try delete(name)
      }
    }
  }

  /// The names of all that is there, sorted. A folder that does not exist has none.
  public func list() throws(SystemCallError) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw SystemCallError.last("opendir", path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
