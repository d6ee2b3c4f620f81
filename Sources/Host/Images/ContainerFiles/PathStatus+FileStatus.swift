import CArchive
import CLinux
import EngineModel
import Glibc

extension PathStatus {
  init(name: String, _ status: stat, linkTarget: String = "") {
    self.init(
      name: name, size: Int64(status.st_size), mode: Self.mode(status.st_mode),
      modified: Timestamp(nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)),
      linkTarget: linkTarget)
  }

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
