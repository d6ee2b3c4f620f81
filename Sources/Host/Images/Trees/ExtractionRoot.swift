import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// The target folder of an extraction. The kernel keeps every lookup below it (`RESOLVE_IN_ROOT` of openat2(2)),
/// whatever links the archive contains or a running container creates meanwhile.
///
/// No function here follows a link in the last component of a path.
final class ExtractionRoot {
  let descriptor: OwnedDescriptor
  /// Folders that the archive does not list but that its entries need: the path of the deepest one, and the number of
  /// its new components.
  private var implicitFolders: [(path: ArchivePath, count: Int)] = []
  /// The folder of the last entry. Archives list the contents of a folder together, so the next entry most often needs
  /// it again.
  private var last: (path: ArchivePath, folder: OwnedDescriptor)?

  init(path: String) throws {
    descriptor = try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
  }

  init(_ descriptor: OwnedDescriptor) {
    self.descriptor = descriptor
  }

  /// Opens a folder, following links inside the root. It creates missing folders.
  func folder(_ path: ArchivePath) throws -> OwnedDescriptor {
    if path.isRoot { return descriptor }
    if let last, last.path == path { return last.folder }
    let folder = try open(path) ?? make(path)
    last = (path, folder)
    return folder
  }

  /// Must be called when a name that may lead to a folder was removed or replaced.
  func invalidateCache() {
    last = nil
  }

  /// - Returns: `nil` if the folder or one above it does not exist.
  private func open(_ path: ArchivePath) throws -> OwnedDescriptor? {
    let number = linux_openat2(
      descriptor.number, path.cString, O_RDONLY | O_DIRECTORY, 0,
      linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number >= 0 { return OwnedDescriptor(adopting: number) }
    if errno == ENOENT { return nil }
    throw SystemCallError.last("openat2", path.relativeText)
  }

  private func make(_ path: ArchivePath) throws -> OwnedDescriptor {
    // Without recursion, because a malicious path may have 2,000 components.
    var missing = [path]
    var above = path.parent
    var folder = try above.isRoot ? descriptor : open(above)
    while folder == nil {
      missing.append(above)
      above = above.parent
      folder = try above.isRoot ? descriptor : open(above)
    }
    implicitFolders.append((path, missing.count))
    var made = folder ?? descriptor
    for path in missing.reversed() {
      let name = path.last.cString
      let parent = made
      // An existing entry here is a dangling link, which is not followed.
      if mkdirat(parent.number, name, 0o755) != 0, errno != EEXIST {
        throw SystemCallError.last("mkdirat", path.relativeText)
      }
      made = OwnedDescriptor(
        adopting: try checked("openat", path.relativeText) {
          openat(parent.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        })
      // Undo the process's umask.
      try checked("fchmod") { fchmod(made.number, 0o755) }
    }
    return made
  }

  /// Copies the owners and modes of the root and of implicit folders from the layers below.
  ///
  /// - Parameter lowerLayers: the roots of the layers, topmost first.
  func copyAttributes(fromLayers lowerLayers: [String]) throws {
    let layers = try lowerLayers.map { try OwnedDescriptor(path: $0, flags: linux_O_PATH | O_DIRECTORY) }
    guard let top = layers.first else { return }
    try copyAttributes(from: top.number, to: descriptor.number)
    for (path, count) in implicitFolders {
      var path = path
      for _ in 0..<count {
        if let made = try existingFolder(path) { try copyAttributes(path, made, fromLayers: layers) }
        path = path.parent
      }
    }
  }

  private func copyAttributes(_ path: ArchivePath, _ made: OwnedDescriptor, fromLayers layers: [OwnedDescriptor]) throws
  {
    for layer in layers {
      let number = linux_openat2(
        layer.number, path.cString, linux_O_PATH | O_NOFOLLOW, 0,
        linux_RESOLVE_BENEATH | linux_RESOLVE_NO_SYMLINKS)
      guard number >= 0 else { continue }
      let found = OwnedDescriptor(adopting: number)
      return try copyAttributes(from: found.number, to: made.number)
    }
  }

  private func copyAttributes(from: Int32, to: Int32) throws {
    var status = stat()
    try checked("fstat") { fstat(from, &status) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return }
    if geteuid() == 0 { try checked("fchown") { fchown(to, status.st_uid, status.st_gid) } }
    try checked("fchmod") { fchmod(to, status.st_mode & 0o7777) }
  }

  /// Opens a folder to set its attributes at the end of the extraction; `nil` if it is not a folder any more.
  func existingFolder(_ path: ArchivePath) throws -> OwnedDescriptor? {
    if path.isRoot { return descriptor }
    let number = linux_openat2(
      descriptor.number, path.cString, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0,
      linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number >= 0 { return OwnedDescriptor(adopting: number) }
    if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
    throw SystemCallError.last("openat2", path.relativeText)
  }
}
