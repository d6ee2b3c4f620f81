import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// A folder into which something is unpacked, as a root: the kernel itself keeps every path that is opened here inside
/// (`RESOLVE_IN_ROOT` of openat2(2)), whatever links the archive brings, or a running container puts there meanwhile.
///
/// Nothing here follows a link in the last name of a path.
final class RootFolder {
  let descriptor: OwnedDescriptor
  /// Folders that were made because something lies in them: the path of the deepest, and how many names of it are new.
  private var assumed: [(path: ArchivePath, count: Int)] = []
  /// Archives list folders' contents together, so the folder of the last entry is most often that of the next.
  private var last: (path: ArchivePath, folder: OwnedDescriptor)?

  init(path: String) throws {
    descriptor = try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY)
  }

  init(_ descriptor: OwnedDescriptor) {
    self.descriptor = descriptor
  }

  /// Opens a folder by following links inside the root, and makes what is missing on the way.
  func folder(_ path: ArchivePath) throws -> OwnedDescriptor {
    if path.isRoot { return descriptor }
    if let last, last.path == path { return last.folder }
    let folder = try open(path) ?? make(path)
    last = (path, folder)
    return folder
  }

  /// Must be called when a name that may lead to a folder was taken away or replaced.
  func forget() {
    last = nil
  }

  /// - Returns: `nil` when it, or something on the way, is not there.
  private func open(_ path: ArchivePath) throws -> OwnedDescriptor? {
    let number = linux_openat2(
      descriptor.number, path.cString, O_RDONLY | O_DIRECTORY, 0,
      linux_RESOLVE_IN_ROOT | linux_RESOLVE_NO_MAGICLINKS)
    if number >= 0 { return OwnedDescriptor(adopting: number) }
    if errno == ENOENT { return nil }
    throw SystemCallError.last("openat2", path.relativeText)
  }

  private func make(_ path: ArchivePath) throws -> OwnedDescriptor {
    // Upwards to what is there, then downwards again: no recursion, for a hostile path may have 2,000 names.
    var missing = [path]
    var above = path.parent
    var folder = try above.isRoot ? descriptor : open(above)
    while folder == nil {
      missing.append(above)
      above = above.parent
      folder = try above.isRoot ? descriptor : open(above)
    }
    assumed.append((path, missing.count))
    var made = folder ?? descriptor
    for path in missing.reversed() {
      let name = path.last.cString
      let parent = made
      // There already is, if anything, a link that leads nowhere, which is not followed.
      if mkdirat(parent.number, name, 0o755) != 0, errno != EEXIST {
        throw SystemCallError.last("mkdirat", path.relativeText)
      }
      made = OwnedDescriptor(
        adopting: try checked("openat", path.relativeText) {
          openat(parent.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        })
      // Whatever the process's umask took away.
      try checked("fchmod") { fchmod(made.number, 0o755) }
    }
    return made
  }

  /// Gives the root, and folders that were made because something lies in them, the owners and modes that they have in
  /// the layers beneath.
  ///
  /// - Parameter beneath: the roots of layers, topmost first.
  func adoptAttributes(from beneath: [String]) throws {
    let layers = try beneath.map { try OwnedDescriptor(path: $0, flags: linux_O_PATH | O_DIRECTORY) }
    guard let below = layers.first else { return }
    try copyAttributes(from: below.number, to: descriptor.number)
    for (path, count) in assumed {
      var path = path
      for _ in 0..<count {
        if let made = try existingFolder(path) { try adoptAttributes(path, made, from: layers) }
        path = path.parent
      }
    }
  }

  private func adoptAttributes(_ path: ArchivePath, _ made: OwnedDescriptor, from layers: [OwnedDescriptor]) throws {
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

  /// Opens a folder whose attributes are to be set once everything is in its place; `nil` if it is no folder any more.
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
