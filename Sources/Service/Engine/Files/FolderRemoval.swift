import Glibc
import Kernel

extension Engine {
  /// Removes a folder with everything below it. Succeeds if there is none.
  func removeFolder(_ path: String) async throws {
    guard access(path, F_OK) == 0 else { return }
    try await onDedicatedThread("remove-folder") { try removeTree(path) }
  }
}

/// Removes a container's folder with the files in it.
///
/// - Throws: `ENOTEMPTY` if the folder holds other folders; they belong to the image store.
func removeFiles(_ files: ContainerFiles) throws {
  guard let folder = opendir(files.folder) else {
    if errno == ENOENT { return }
    throw SystemCallError.last("opendir", files.folder)
  }
  defer { closedir(folder) }
  while let entry = readdir(folder) {
    guard entry.pointee.d_type != UInt8(DT_DIR) else { continue }
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    unlinkat(dirfd(folder), name, 0)
  }
  if rmdir(files.folder) != 0, errno != ENOENT { throw SystemCallError.last("rmdir", files.folder) }
}

/// Blocks. Symbolic links are removed, not followed.
func removeTree(_ path: String) throws {
  guard let folder = opendir(path) else {
    if errno == ENOENT { return }
    throw SystemCallError.last("opendir", path)
  }
  defer { closedir(folder) }
  while let entry = readdir(folder) {
    let kind = entry.pointee.d_type
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard name != ".", name != ".." else { continue }
    if kind == UInt8(DT_DIR) {
      try removeTree("\(path)/\(name)")
    } else if unlinkat(dirfd(folder), name, 0) != 0, errno != ENOENT {
      throw SystemCallError.last("unlink", "\(path)/\(name)")
    }
  }
  if rmdir(path) != 0, errno != ENOENT { throw SystemCallError.last("rmdir", path) }
}
