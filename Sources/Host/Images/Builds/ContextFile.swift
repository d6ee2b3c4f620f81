import CLinux
import EngineModel
import Glibc
import Kernel

/// Reads a file from a folder with untrusted contents.
enum ContextFile {
  private static let limit = 4 << 20

  /// - Throws: ``SystemCallError`` if it does not exist or cannot be read; `invalidParameter` if it is not a regular
  ///   file or too large.
  static func read(_ path: String, in folder: OwnedDescriptor) throws -> [UInt8] {
    let number = linux_openat2(
      folder.number, path, O_RDONLY | O_NONBLOCK, 0, linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    guard number >= 0 else { throw SystemCallError.last("openat2", path) }
    let file = OwnedDescriptor(adopting: number)
    var status = stat()
    try checked("fstat", path) { fstat(file.number, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw EngineError(.invalidParameter, "Cannot locate specified Dockerfile: \(path): it is not a file")
    }
    guard status.st_size <= limit else {
      throw EngineError(.invalidParameter, "the Dockerfile \(path) is larger than \(limit) bytes")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = try checkedCount("read", path) { Glibc.read(file.number, &buffer, buffer.count) }
      if count == 0 { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return bytes
  }
}
