import Glibc
import Images
import Kernel

extension Engine {
  /// Removes a folder with everything below it. Succeeds if there is none. Containers may change the folder meanwhile: no
  /// link that they put there is followed.
  func removeFolder(_ path: String) async throws {
    guard access(path, F_OK) == 0 else { return }
    try await onDedicatedThread("remove-folder") { try TreeRemoval.remove(path: path) }
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
