import CLinux
import Glibc
import Kernel

/// A folder of files that are moved into another one on the same file system. Blocks.
struct StagedFiles {
  private let folder: OwnedDescriptor
  private let path: String

  /// `nil` when there is no such folder.
  init?(_ path: String) throws {
    do throws(SystemCallError) {
      folder = try OwnedDescriptor(path: path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
    self.path = path
  }

  /// Moves every entry that the target does not have, and gives the target the folder's owner, mode and times.
  func move(into target: String) throws {
    let target = try OwnedDescriptor(path: target, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    for name in try names() {
      var found = stat()
      if fstatat(target.number, name, &found, AT_SYMLINK_NOFOLLOW) == 0 { continue }
      guard renameat(folder.number, name, target.number, name) == 0 else {
        if errno == ENOENT { continue }
        throw SystemCallError.last("renameat", "\(path)/\(name)")
      }
    }
    var status = stat()
    try checked("fstat", path) { fstat(folder.number, &status) }
    try checked("fchown", path) { fchown(target.number, status.st_uid, status.st_gid) }
    try checked("fchmod", path) { fchmod(target.number, status.st_mode & 0o7777) }
    try checked("futimens", path) { futimens(target.number, [status.st_atim, status.st_mtim]) }
  }

  private func names() throws -> [String] {
    let copy = dup(folder.number)
    guard copy >= 0, let listing = fdopendir(copy) else { throw SystemCallError.last("fdopendir", path) }
    defer { closedir(listing) }
    rewinddir(listing)
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
