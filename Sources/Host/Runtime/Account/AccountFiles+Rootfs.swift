import CLinux
import Glibc
import Kernel

extension AccountFiles {
  /// Reads the files of a root file system. Links in it are followed as they would be inside, never to the host's own
  /// files. Missing files are empty ones.
  ///
  /// Blocks for a disk read: not for the cooperative pool.
  ///
  /// - Parameter rootfs: the mounted root, or `/proc/<pid>/root` of a running container.
  public static func read(rootfs: String) throws -> AccountFiles {
    let root = try OwnedDescriptor(path: rootfs, flags: linux_O_PATH | O_DIRECTORY)
    return AccountFiles(passwd: try text("etc/passwd", root), group: try text("etc/group", root))
  }

  /// A file larger than this is not an account file; reading stops there.
  private static let limit = 8 << 20

  private static func text(_ path: String, _ root: OwnedDescriptor) throws -> String {
    // A FIFO or a device put there must not hold the engine up, nor do anything by being opened.
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
