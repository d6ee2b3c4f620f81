import CArchive
import CLinux
package import EngineModel
import Glibc
import Kernel

/// A container's files as the container sees them, including its volumes. The kernel keeps every lookup below the root
/// (`RESOLVE_IN_ROOT` of openat2(2)), whatever links the container has or creates meanwhile. All calls block; use a
/// dedicated thread.
package struct ContainerFilesystem: Sendable {
  let root: OwnedDescriptor
  /// Keeps the mounts below the root.
  private let namespace: OwnedDescriptor

  init(root: OwnedDescriptor, namespace: OwnedDescriptor) {
    self.root = root
    self.namespace = namespace
  }

  /// A path to the root for other code. Valid while this value lives.
  package var path: String { "/proc/self/fd/\(root.number)" }

  /// - Parameter text: a link in the last component is not followed, unless a slash follows it.
  /// - Throws: `notFound` if the path does not exist.
  package func status(_ text: String) throws -> PathStatus {
    let path = try resolve(text, followsLast: false)
    let status = try self.status(path)
    if ScopedPath.requiresFolder(text), status.st_mode & S_IFMT != S_IFDIR {
      throw EngineError(.invalidParameter, "lstat \(text): not a directory")
    }
    var target = ""
    if status.st_mode & S_IFMT == S_IFLNK {
      let end = try resolve(text, followsLast: true)
      target = end.isRoot ? "/" : "/\(end.relativeText)"
    }
    return PathStatus(name: ScopedPath.lastComponent(text), status, linkTarget: target)
  }

  func resolve(_ text: String, followsLast: Bool) throws -> ArchivePath {
    try ScopedPath.resolve(text, followsLast: followsLast) { path in
      guard let item = try? open(path, linux_O_PATH | O_NOFOLLOW) else { return nil }
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      // An empty name reads the open link itself (readlink(2)).
      let count = readlinkat(item.number, "", &buffer, buffer.count)
      return count < 0 ? nil : buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
  }

  func status(_ path: ArchivePath) throws -> stat {
    let item = try open(path, linux_O_PATH | O_NOFOLLOW)
    var status = stat()
    try checked("fstat", path.relativeText) { fstat(item.number, &status) }
    return status
  }

  /// - Throws: `notFound` if the path does not exist.
  func open(_ path: ArchivePath, _ flags: Int32) throws -> OwnedDescriptor {
    if path.isRoot, flags & linux_O_PATH != 0 { return root }
    let number = linux_openat2(
      root.number, path.cString, flags, 0, linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number >= 0 { return OwnedDescriptor(adopting: number) }
    guard errno == ENOENT || errno == ENOTDIR else { throw SystemCallError.last("openat2", path.relativeText) }
    throw EngineError(.notFound, "no such file or directory: /\(path.relativeText)")
  }

  /// The error for a write to a read-only folder; `nil` if it is writable.
  func writeRefusal(for folder: OwnedDescriptor) -> EngineError? {
    var status = statvfs()
    guard fstatvfs(folder.number, &status) == 0, status.f_flag & UInt(linux_ST_RDONLY) != 0 else { return nil }
    let isOwn = Self.mountID(of: folder) == Self.mountID(of: root)
    return EngineError(
      .invalidParameter, isOwn ? "container rootfs is marked read-only" : "mounted volume is marked read-only")
  }

  /// The id of the mount that contains an open file (proc(5), `fdinfo`).
  private static func mountID(of file: OwnedDescriptor) -> Substring? {
    let text = (try? readFile("/proc/self/fdinfo/\(file.number)")) ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix("mnt_id:") }
  }
}
