import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

extension ContainerTree {
  /// A file or folder below the root, held open: it is what it is, whatever becomes of its name.
  public struct Part: Sendable {
    private let item: OwnedDescriptor
    public let isFolder: Bool

    init(_ item: OwnedDescriptor, isFolder: Bool) {
      self.item = item
      self.isFolder = isFolder
    }

    /// Valid as long as this value lives.
    public var path: String { "/proc/self/fd/\(item.number)" }
  }

  /// - Parameter subpath: relative; links are followed as long as they stay below the root.
  /// - Throws: `notFound` in Docker's words.
  public func part(_ subpath: String) throws -> Part {
    let number = linux_openat2(
      root.number, subpath, linux_O_PATH, 0, linux_RESOLVE_BENEATH | linux_RESOLVE_NO_MAGICLINKS)
    guard number >= 0 else {
      let error = SystemCallError.last("openat2", subpath)
      throw EngineError(.notFound, "cannot access path \(subpath): \(error.reason.lowercased())")
    }
    let item = OwnedDescriptor(adopting: number)
    var status = stat()
    try checked("fstat", subpath) { fstat(number, &status) }
    return Part(item, isFolder: status.st_mode & S_IFMT == S_IFDIR)
  }
}
