import CLinux
package import EngineModel
import Glibc

/// The host's device nodes for the specification.
package enum HostDevices {
  /// The devices that limits and mappings name, by path.
  package static func named(in resources: Resources) -> [String: [OCISpecification.Device]] {
    let paths =
      resources.devices.map(\.pathOnHost) + resources.blkioWeightDevices.map(\.path)
      + [
        resources.blkioReadBps, resources.blkioWriteBps, resources.blkioReadIOps, resources.blkioWriteIOps,
      ].joined().map(\.path)
    return Dictionary(paths.map { ($0, at($0)) }) { first, _ in first }
  }

  /// The device at a path, or all devices below a folder; empty if there is none. Links are followed.
  package static func at(_ path: String) -> [OCISpecification.Device] {
    var info = stat()
    guard stat(path, &info) == 0 else { return [] }
    if info.st_mode & S_IFMT == S_IFDIR {
      return SmallFile.names(in: path).flatMap { (name) -> [OCISpecification.Device] in
        below("\(path)/\(name)", depth: 0)
      }
    }
    return device(path, info).map { [$0] } ?? []
  }

  /// The devices of a privileged container: everything below `/dev` except the mounts that the container has there
  /// itself.
  package static func all() -> [OCISpecification.Device] {
    let containerMounts: Set<String> = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"]
    return SmallFile.names(in: "/dev").filter { !containerMounts.contains($0) }.flatMap {
      below("/dev/\($0)", depth: 0)
    }
  }

  /// Links are not followed: they would list a device twice or lead outside `/dev`.
  private static func below(_ path: String, depth: Int) -> [OCISpecification.Device] {
    var info = stat()
    guard depth < 8, lstat(path, &info) == 0 else { return [] }
    if info.st_mode & S_IFMT == S_IFDIR {
      return SmallFile.names(in: path).flatMap { below("\(path)/\($0)", depth: depth + 1) }
    }
    return device(path, info).map { [$0] } ?? []
  }

  private static func device(_ path: String, _ info: stat) -> OCISpecification.Device? {
    let type: String
    switch info.st_mode & S_IFMT {
    case S_IFCHR: type = "c"
    case S_IFBLK: type = "b"
    default: return nil
    }
    var device = OCISpecification.Device(
      path: path, type: type, major: Int64(linux_major(info.st_rdev)), minor: Int64(linux_minor(info.st_rdev)))
    device.fileMode = info.st_mode & 0o7777
    device.uid = info.st_uid
    device.gid = info.st_gid
    return device
  }
}
