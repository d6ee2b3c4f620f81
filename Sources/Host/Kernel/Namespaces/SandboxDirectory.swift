import CLinux
import Glibc

/// A folder of network namespaces, one file each. A bind mount keeps every namespace alive, with or without processes
/// inside. It holds the sandboxes of containers, and the hosts of tests.
///
/// Creating a namespace takes about 1 ms. All calls block, need CAP_SYS_ADMIN, and act in the mount namespace of the
/// process.
package struct SandboxDirectory: Hashable, Sendable {
  package let path: String

  package init(_ path: String) {
    self.path = path
  }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  package func open(_ name: String) throws(SystemCallError) -> NetworkNamespace {
    try NetworkNamespace(path: file(name))
  }

  /// Creates a namespace with its loopback up.
  ///
  /// - Throws: errno `EEXIST` when the namespace exists. A file without a namespace, which a crash can leave, is
  ///   reused.
  @discardableResult
  package func create(_ name: String) throws -> NetworkNamespace {
    let thread = try createWithThread(name)
    return thread.namespace
  }

  /// Like ``create(_:)``; also returns the thread that created the namespace and is inside it.
  func createWithThread(_ name: String) throws -> NamespaceThread {
    let target = file(name)
    try prepareFile(target)
    do {
      return try NamespaceThread.inNewNamespace { () throws(SystemCallError) in
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
      try makeDirectories(path, mode: 0o700)
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

  /// Removes the bind mount and its file. The kernel deletes the namespace and its links when no process, socket or
  /// descriptor uses it. Deleting a missing namespace succeeds.
  ///
  /// - Returns: whether the file existed.
  @discardableResult
  package func delete(_ name: String) throws(SystemCallError) -> Bool {
    let target = file(name)
    // A crash can leave a second mount on the same file. The limit only prevents an endless loop.
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

  /// Deletes files that are not namespaces. They remain when an engine is killed while it creates or deletes a namespace,
  /// and after a restart of the machine.
  package func removeEmptyFiles() throws(SystemCallError) {
    for name in try list() {
      do throws(SystemCallError) {
        _ = try NetworkNamespace(path: file(name))
      } catch {
        guard error.errno == EINVAL else { continue }
        try delete(name)
      }
    }
  }

  /// The sorted names of all files in the folder; empty when the folder does not exist.
  package func list() throws(SystemCallError) -> [String] {
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
