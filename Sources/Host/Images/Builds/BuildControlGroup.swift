import Glibc
import Kernel

/// The control group of a build's steps, in every hierarchy (cgroups(7)).
enum BuildControlGroup {
  /// Removes the empty groups that an interrupted step left behind.
  ///
  /// - Parameter path: relative to the root of a hierarchy.
  static func remove(_ path: String) {
    let mounts = (try? MountInfo.read())?.filter { $0.type == "cgroup" || $0.type == "cgroup2" } ?? []
    for mount in mounts { rmdir(mount.mountPoint + path) }
  }
}
