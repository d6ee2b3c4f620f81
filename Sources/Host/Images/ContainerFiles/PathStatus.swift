import CLinux
import CArchive
package import EngineModel
import Glibc

/// The status of a path in a container (`X-Docker-Container-Path-Stat` in the Docker API).
package struct PathStatus: Sendable, Hashable {
  package var name: String
  package var size: Int64
  /// Go's `fs.FileMode`: the type in the high bits, the permissions in the low nine.
  package var mode: UInt32
  package var modified: Timestamp
  /// The target of a link as a path in the container, with all links resolved; empty if the path is not a link.
  package var linkTarget: String

  init(name: String, _ status: stat, linkTarget: String = "") {
    self.name = name
    size = Int64(status.st_size)
    mode = Self.mode(status.st_mode)
    modified = Timestamp(
      nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    self.linkTarget = linkTarget
  }

  package var isFolder: Bool { mode & 1 << 31 != 0 }

  static func mode(_ mode: mode_t) -> UInt32 {
    var result = mode & 0o777
    switch mode & S_IFMT {
    case S_IFDIR: result |= 1 << 31
    case S_IFLNK: result |= 1 << 27
    case S_IFBLK: result |= 1 << 26
    case S_IFCHR: result |= 1 << 26 | 1 << 21
    case S_IFIFO: result |= 1 << 25
    case S_IFSOCK: result |= 1 << 24
    default: break
    }
    if mode & S_ISUID != 0 { result |= 1 << 23 }
    if mode & S_ISGID != 0 { result |= 1 << 22 }
    if mode & S_ISVTX != 0 { result |= 1 << 20 }
    return result
  }
}
