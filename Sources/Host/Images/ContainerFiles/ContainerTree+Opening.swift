import CArchive
import CLinux
import EngineModel
import Glibc
public import Kernel

extension ContainerTree {
  /// What is mounted into a container that does not run.
  public struct Mounted: Sendable, Hashable {
    public var source: String
    public var destination: String
    public var isWritable: Bool

    public init(source: String, destination: String, isWritable: Bool) {
      self.source = source
      self.destination = destination
      self.isWritable = isWritable
    }
  }

  /// The files of a running container: the root of its own mount namespace.
  ///
  /// - Parameters:
  ///   - process: its first one.
  ///   - id: of the container, which the process's control group names: what has the number of a process that has
  ///     ended is not taken for it.
  public static func ofProcess(_ process: Int32, of id: String) async throws -> ContainerTree {
    try await onDedicatedThread("container-root") {
      // All that is opened in this folder belongs to one and the same process.
      let folder = try OwnedDescriptor(path: "/proc/\(process)", flags: O_RDONLY | O_DIRECTORY)
      let groups = OwnedDescriptor(
        adopting: try checked("openat", "cgroup") { openat(folder.number, "cgroup", O_RDONLY | O_CLOEXEC) })
      guard try readFile("/proc/self/fd/\(groups.number)").contains(id) else {
        throw SystemCallError(errno: ESRCH, call: "open", subject: "/proc/\(process)")
      }
      let namespace = OwnedDescriptor(
        adopting: try checked("openat", "ns/mnt") { openat(folder.number, "ns/mnt", O_RDONLY | O_CLOEXEC) })
      // The namespace's own root, not the process's, which may have put itself into a folder. This thread does nothing
      // else in there, and ends.
      try checked("unshare", "file system") { linux_unshare(linux_CLONE_FS) }
      try checked("setns", "mount namespace") { linux_setns(namespace.number, linux_CLONE_NEWNS) }
      return ContainerTree(
        root: try OwnedDescriptor(path: "/", flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
    }
  }

  /// The files of a container that does not run.
  ///
  /// In a mount namespace made for this its volumes are mounted as they will be when it runs; the host sees nothing of
  /// it, and it is gone with this value.
  ///
  /// - Parameters:
  ///   - root: where its root file system is mounted.
  ///   - isWritable: whether the container may write to its root file system.
  ///   - mounts: those that lie deeper come later. A mount point that is missing is made.
  public static func ofFolder(
    _ root: String, isWritable: Bool, mounts: [Mounted]
  ) async throws -> ContainerTree {
    try await onDedicatedThread("container-root") {
      try checked("unshare", "mount namespace") { linux_unshare(linux_CLONE_NEWNS) }
      let namespace = try OwnedDescriptor(path: "/proc/thread-self/ns/mnt", flags: O_RDONLY)
      try checked("mount --make-rslave", "/") { mount(nil, "/", nil, linux_MS_SLAVE | linux_MS_REC, nil) }
      let tree = ContainerTree(
        root: try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
      for mounted in mounts {
        guard let path = try tree.mountPoint(for: mounted) else { continue }
        let place = try tree.open(path, linux_O_PATH | O_NOFOLLOW)
        try Mounts.bind(mounted.source, at: "/proc/thread-self/fd/\(place.number)", recursive: true)
        guard !mounted.isWritable else { continue }
        let inside = try tree.open(path, linux_O_PATH | O_NOFOLLOW)
        try Mounts.remount("/proc/thread-self/fd/\(inside.number)", .readOnly)
      }
      guard !isWritable else { return tree }
      try Mounts.bind(root, at: root, recursive: true, flags: .readOnly)
      return ContainerTree(
        root: try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
    }
  }

  /// The files below a folder. Blocks.
  public static func at(_ root: String) throws -> ContainerTree {
    let root = try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY)
    return ContainerTree(root: root, namespace: root)
  }

  /// Opens a folder; `nil` when there is none of that path, all links followed. Blocks.
  public func folder(at text: String) throws -> OwnedDescriptor? {
    do {
      return try open(try resolve(text, followsLast: true), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch let error as EngineError where error.code == .notFound {
      return nil
    }
  }

  /// Where something will be mounted, made if it is missing; `nil` when its source is missing, as nothing is then.
  private func mountPoint(for mounted: Mounted) throws -> ArchivePath? {
    var status = stat()
    guard stat(mounted.source, &status) == 0 else { return nil }
    let path = try resolve(mounted.destination, followsLast: true)
    if (try? open(path, linux_O_PATH | O_NOFOLLOW)) != nil { return path }
    let folder = try RootFolder(root).folder(path.parent)
    if status.st_mode & S_IFMT == S_IFDIR {
      guard mkdirat(folder.number, path.last.cString, 0o755) == 0 || errno == EEXIST else {
        throw SystemCallError.last("mkdirat", mounted.destination)
      }
    } else {
      _ = OwnedDescriptor(
        adopting: try checked("openat", mounted.destination) {
          openat(folder.number, path.last.cString, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o755)
        })
    }
    return path
  }
}
