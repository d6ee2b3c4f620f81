import CLinux
import Glibc
import Kernel

extension AccountFiles {
  /// Reads the account files of a root file system. Links resolve inside it, never to the host's files. A missing file
  /// counts as empty.
  ///
  /// Blocks for a disk read; do not call it on the cooperative pool.
  ///
  /// - Parameter rootfs: the mounted root, or `/proc/<pid>/root` of a running container.
  package static func read(rootfs: String) throws -> AccountFiles {
    let root = try OwnedDescriptor(path: rootfs, flags: linux_O_PATH | O_DIRECTORY)
    return AccountFiles(passwd: try text("etc/passwd", root), group: try text("etc/group", root))
  }

  /// Reading stops here: a larger file is not an account file.
  private static let limit = 8 << 20

  private static func text(_ path: String, _ root: OwnedDescriptor) throws -> String {
    // Opening a FIFO or a device must not block or have side effects.
    let number = linux_openat2(
      root.number, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
      linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number < 0 {
      if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return "" }
      throw SystemCallError.last("openat2", path)
    }
    let file = OwnedDescriptor(adopting: number)
    var info = stat()
    guard fstat(number, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return "" }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while bytes.count < limit {
      let count = Glibc.read(file.number, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemCallError.last("read", path)
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
