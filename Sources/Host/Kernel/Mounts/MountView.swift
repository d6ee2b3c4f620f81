import CLinux
import Glibc

/// A mount namespace that shows what this one shows, but for some mounts that are taken away: for programs which stumble
/// over them.
///
/// Mounts go on appearing in both, in both directions, wherever the host's mounts are shared (mount_namespaces(7)), as
/// they are on every host that systemd started. Where they are not, nothing that is mounted later would be seen.
public final class MountView: Sendable {
  private let thread: SerialThread

  /// - Parameter hidden: mount points; what is mounted there stays where it is for everybody else.
  public init(hiding hidden: [String]) throws {
    let mounts = try MountInfo.read()
    let parents = hidden.compactMap { path in
      MountInfo.covering(path, in: mounts.filter { $0.mountPoint != path })?.mountPoint
    }
    thread = try SerialThread("mount-view")
    try thread.runBlocking {
      try checked("unshare", "mount namespace") { linux_unshare(linux_CLONE_NEWNS) }
      // An unmount reaches the peers of the mount that it happens on.
      for parent in Set(parents) { try Mounts.makePrivate(parent) }
      for path in hidden { try Mounts.unmount(path) }
    }
  }

  /// Does `body` on a thread that sees the view; what it starts sees it, too. Blocks.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try thread.runBlocking(body)
  }
}
