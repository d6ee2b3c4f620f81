import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Walks a file tree: parents before children, names in byte order. It follows no links and keeps one folder open,
/// however deep the tree. For a dedicated thread.
struct TreeWalk {
  struct Item {
    let path: ArchivePath
    /// The parent folder, in which the path's last component is the item's name; for the root, the root itself.
    let folder: OwnedDescriptor
    let status: stat

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    /// overlayfs's mark of a removed entry.
    var isWhiteout: Bool { status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0 }

    /// Opens a regular file or a folder. Call it for no other type.
    func open() throws -> OwnedDescriptor {
      if path.isRoot { return folder }
      return OwnedDescriptor(
        adopting: try checked("openat", path.relativeText) {
          openat(folder.number, path.last.cString, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        })
    }
  }

  let root: OwnedDescriptor

  init(_ path: String) throws {
    root = try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
  }

  init(_ root: OwnedDescriptor) { self.root = root }

  /// - Parameter visit: returns whether to enter the item if it is a folder.
  func forEach(_ visit: (Item) throws -> Bool) throws {
    var status = stat()
    try checked("fstat") { fstat(root.number, &status) }
    guard try visit(Item(path: .root, folder: root, status: status)) else { return }
    // A stack of the paths to visit, the next one last.
    var waiting: [ArchivePath] = try children(of: .root, in: root)
    var current: (path: ArchivePath, folder: OwnedDescriptor) = (.root, root)
    while let path = waiting.popLast() {
      if current.path != path.parent { current = (path.parent, try open(path.parent)) }
      var status = stat()
      let name = path.last.cString
      if fstatat(current.folder.number, name, &status, AT_SYMLINK_NOFOLLOW) != 0 {
        // A running container may have removed it since it was listed.
        if errno == ENOENT { continue }
        throw SystemCallError.last("fstatat", path.relativeText)
      }
      let item = Item(path: path, folder: current.folder, status: status)
      if try visit(item), item.isFolder { waiting += try children(of: path, in: try item.open()) }
    }
  }

  private func open(_ path: ArchivePath) throws -> OwnedDescriptor {
    if path.isRoot { return root }
    return OwnedDescriptor(
      adopting: try checked("openat2", path.relativeText) {
        linux_openat2(
          root.number, path.cString, O_RDONLY | O_DIRECTORY, 0, linux_RESOLVE_BENEATH | linux_RESOLVE_NO_SYMLINKS)
      })
  }

  /// In reverse order.
  private func children(of path: ArchivePath, in folder: OwnedDescriptor) throws -> [ArchivePath] {
    try TreeRemoval.names(in: folder.number).map { $0.dropLast().map { UInt8(bitPattern: $0) } }
      .sorted { $1.lexicographicallyPrecedes($0) }.map { ArchivePath(names: path.names + [$0]) }
  }
}
