import CLinux
import Glibc

/// A mount namespace without some of the host's mounts, for programs that those mounts confuse.
///
/// Later mounts propagate in both directions where the host's mounts are shared (mount_namespaces(7)), as systemd makes
/// them. Where they are not shared, the view does not see later mounts.
package final class MountView: Sendable {
  private let thread: SerialThread

  /// - Parameter hidden: mount points to unmount in the view. The host keeps them.
  package init(hiding hidden: [String]) throws {
    let mounts = try MountInfo.read()
    let parents = hidden.compactMap { path in
      MountInfo.covering(path, in: mounts.filter { $0.mountPoint != path })?.mountPoint
    }
    thread = try SerialThread("mount-view")
    try thread.runBlocking {
      try checked("unshare", "mount namespace") { linux_unshare(linux_CLONE_NEWNS) }
      // An unmount propagates to the peers of the parent mount.
      for parent in Set(parents) { try Mounts.makePrivate(parent) }
      for path in hidden { try Mounts.unmount(path) }
    }
  }

  /// Runs `body` on a thread inside the view. Processes that it starts are inside, too. Blocks.
  func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try thread.runBlocking(body)
  }
}
