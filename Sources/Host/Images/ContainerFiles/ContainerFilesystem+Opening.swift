import CArchive
import CLinux
import EngineModel
import Glibc
package import Kernel

extension ContainerFilesystem {
  /// A mount of a stopped container.
  package struct Mount: Sendable, Hashable {
    package var source: String
    package var destination: String
    package var isWritable: Bool

    package init(source: String, destination: String, isWritable: Bool) {
      self.source = source
      self.destination = destination
      self.isWritable = isWritable
    }
  }

  /// Opens the files of a running container: the root of its mount namespace.
  ///
  /// - Parameters:
  ///   - process: the pid of its first process.
  ///   - id: the container's id. The process's control group must contain it, because the pid may have been reused.
  package static func ofProcess(_ process: Int32, of id: String) async throws -> ContainerFilesystem {
    try await onDedicatedThread("container-root") {
      // Everything opened relative to this folder belongs to the same process, even if the pid is reused.
      let folder = try OwnedDescriptor(path: "/proc/\(process)", flags: O_RDONLY | O_DIRECTORY)
      let groups = OwnedDescriptor(
        adopting: try checked("openat", "cgroup") { openat(folder.number, "cgroup", O_RDONLY | O_CLOEXEC) })
      guard try readFile("/proc/self/fd/\(groups.number)").contains(id) else {
        throw SystemCallError(errno: ESRCH, call: "open", subject: "/proc/\(process)")
      }
      let namespace = OwnedDescriptor(
        adopting: try checked("openat", "ns/mnt") { openat(folder.number, "ns/mnt", O_RDONLY | O_CLOEXEC) })
      // Take the namespace's root, because the process itself may have called chroot(2). This thread ends after this.
      try checked("unshare", "file system") { linux_unshare(linux_CLONE_FS) }
      try checked("setns", "mount namespace") { linux_setns(namespace.number, linux_CLONE_NEWNS) }
      return ContainerFilesystem(
        root: try OwnedDescriptor(path: "/", flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
    }
  }

  /// Opens the files of a stopped container.
  ///
  /// The container's volumes are mounted in a new mount namespace, as they would be while it runs. The host does not
  /// see these mounts; the kernel drops them with this value.
  ///
  /// - Parameters:
  ///   - root: the mount point of its root file system.
  ///   - isWritable: whether the container may write to its root file system.
  ///   - mounts: parents before children. Missing mount points are created.
  package static func ofFolder(
    _ root: String, isWritable: Bool, mounts: [Mount]
  ) async throws -> ContainerFilesystem {
    try await onDedicatedThread("container-root") {
      try checked("unshare", "mount namespace") { linux_unshare(linux_CLONE_NEWNS) }
      let namespace = try OwnedDescriptor(path: "/proc/thread-self/ns/mnt", flags: O_RDONLY)
      try checked("mount --make-rslave", "/") { mount(nil, "/", nil, linux_MS_SLAVE | linux_MS_REC, nil) }
      let filesystem = ContainerFilesystem(
        root: try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
      for mount in mounts {
        guard let path = try filesystem.mountPoint(for: mount) else { continue }
        let target = try filesystem.open(path, linux_O_PATH | O_NOFOLLOW)
        try Mounts.bind(mount.source, at: "/proc/thread-self/fd/\(target.number)", recursive: true)
        guard !mount.isWritable else { continue }
        let mountRoot = try filesystem.open(path, linux_O_PATH | O_NOFOLLOW)
        try Mounts.remount("/proc/thread-self/fd/\(mountRoot.number)", .readOnly)
      }
      guard !isWritable else { return filesystem }
      try Mounts.bind(root, at: root, recursive: true, flags: .readOnly)
      return ContainerFilesystem(
        root: try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY), namespace: namespace)
    }
  }

  /// Opens the files below a folder. Blocks.
  package static func at(_ root: String) throws -> ContainerFilesystem {
    let root = try OwnedDescriptor(path: root, flags: linux_O_PATH | O_DIRECTORY)
    return ContainerFilesystem(root: root, namespace: root)
  }

  /// Opens a folder, following all links; `nil` if it does not exist. Blocks.
  package func folder(at text: String) throws -> OwnedDescriptor? {
    do {
      return try open(try resolve(text, followsLast: true), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch let error as EngineError where error.code == .notFound {
      return nil
    }
  }

  /// Resolves a mount point and creates it if it is missing; `nil` if the source does not exist, because nothing is
  /// mounted then.
  private func mountPoint(for mount: Mount) throws -> ArchivePath? {
    var status = stat()
    guard stat(mount.source, &status) == 0 else { return nil }
    let path = try resolve(mount.destination, followsLast: true)
    if (try? open(path, linux_O_PATH | O_NOFOLLOW)) != nil { return path }
    let folder = try ExtractionRoot(root).folder(path.parent)
    if status.st_mode & S_IFMT == S_IFDIR {
      guard mkdirat(folder.number, path.last.cString, 0o755) == 0 || errno == EEXIST else {
        throw SystemCallError.last("mkdirat", mount.destination)
      }
    } else {
      _ = OwnedDescriptor(
        adopting: try checked("openat", mount.destination) {
          openat(folder.number, path.last.cString, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o755)
        })
    }
    return path
  }
}
