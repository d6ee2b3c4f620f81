import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

extension ContainerFilesystem {
  /// An open file or folder below the root. It stays the same file even if its name changes.
  package struct OpenPath: Sendable {
    private let item: OwnedDescriptor
    package let isFolder: Bool

    init(_ item: OwnedDescriptor, isFolder: Bool) {
      self.item = item
      self.isFolder = isFolder
    }

    /// Valid while this value lives.
    package var path: String { "/proc/self/fd/\(item.number)" }
  }

  /// Opens a subpath.
  ///
  /// - Parameter subpath: a relative path. Links are followed while they stay below the root.
  /// - Throws: `notFound` in Docker's words.
  package func open(subpath: String) throws -> OpenPath {
    let number = linux_openat2(
      root.number, subpath, linux_O_PATH, 0, linux_RESOLVE_BENEATH | linux_RESOLVE_NO_MAGICLINKS)
    guard number >= 0 else {
      let error = SystemCallError.last("openat2", subpath)
      throw EngineError(.notFound, "cannot access path \(subpath): \(error.reason.lowercased())")
    }
    let item = OwnedDescriptor(adopting: number)
    var status = stat()
    try checked("fstat", subpath) { fstat(number, &status) }
    return OpenPath(item, isFolder: status.st_mode & S_IFMT == S_IFDIR)
  }
}
