import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// A container's files as the container sees them, its volumes included. Every path is opened below its root by the
/// kernel (`RESOLVE_IN_ROOT` of openat2(2)): however its links lie, and whatever a running container changes meanwhile,
/// nothing outside is reached. All calls block: for dedicated threads.
public struct ContainerTree: Sendable {
  let root: OwnedDescriptor
  /// Keeps what is mounted below the root in its place.
  private let namespace: OwnedDescriptor

  init(root: OwnedDescriptor, namespace: OwnedDescriptor) {
    self.root = root
    self.namespace = namespace
  }

  /// The root, for those who open what is below it themselves. Valid as long as this value lives.
  public var path: String { "/proc/self/fd/\(root.number)" }

  /// - Parameter text: a link in its last name is not followed, unless a slash comes after it.
  /// - Throws: `notFound` when nothing is there.
  public func status(_ text: String) throws -> PathStatus {
    let path = try resolve(text, followsLast: false)
    let status = try self.status(path)
    if ScopedPath.meansFolder(text), status.st_mode & S_IFMT != S_IFDIR {
      throw EngineError(.invalidParameter, "lstat \(text): not a directory")
    }
    var target = ""
    if status.st_mode & S_IFMT == S_IFLNK {
      let end = try resolve(text, followsLast: true)
      target = end.isRoot ? "/" : "/\(end.relativeText)"
    }
    return PathStatus(name: ScopedPath.base(text), status, linkTarget: target)
  }

  func resolve(_ text: String, followsLast: Bool) throws -> ArchivePath {
    try ScopedPath.resolve(text, followsLast: followsLast) { path in
      guard let item = try? open(path, linux_O_PATH | O_NOFOLLOW) else { return nil }
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      // An empty name reads the link that is open (readlink(2)).
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

  /// - Throws: `notFound` when nothing is there.
  func open(_ path: ArchivePath, _ flags: Int32) throws -> OwnedDescriptor {
    if path.isRoot, flags & linux_O_PATH != 0 { return root }
    let number = linux_openat2(
      root.number, path.cString, flags, 0, linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number >= 0 { return OwnedDescriptor(adopting: number) }
    guard errno == ENOENT || errno == ENOTDIR else { throw SystemCallError.last("openat2", path.relativeText) }
    throw EngineError(.notFound, "no such file or directory: /\(path.relativeText)")
  }

  /// Why nothing can be written to a folder; `nil` when it can.
  func refusal(_ folder: OwnedDescriptor) -> EngineError? {
    var status = statvfs()
    guard fstatvfs(folder.number, &status) == 0, status.f_flag & UInt(linux_ST_RDONLY) != 0 else { return nil }
    let isOwn = Self.mount(of: folder) == Self.mount(of: root)
    return EngineError(
      .invalidParameter, isOwn ? "container rootfs is marked read-only" : "mounted volume is marked read-only")
  }

  /// The number of the mount that an open file is on (proc(5), `fdinfo`).
  private static func mount(of file: OwnedDescriptor) -> Substring? {
    let text = (try? readFile("/proc/self/fdinfo/\(file.number)")) ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix("mnt_id:") }
  }
}
