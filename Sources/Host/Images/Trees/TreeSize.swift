import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// The size of file trees as Docker counts it: the bytes of regular files, hard links once, folders as zero.
package enum TreeSize {
  /// The bytes below a folder, including mounts. Runs on a dedicated thread.
  ///
  /// - Returns: zero if the folder does not exist.
  package static func bytes(below path: String) async throws -> Int64 {
    try await onDedicatedThread("tree-size") {
      guard access(path, F_OK) == 0 else { return 0 }
      var size: Int64 = 0
      var counted: Set<[UInt64]> = []
      try TreeWalk(path).forEach { item in
        guard !item.isFolder else { return true }
        if item.status.st_nlink > 1,
          !counted.insert([UInt64(item.status.st_dev), UInt64(item.status.st_ino)]).inserted
        {
          return false
        }
        size += Int64(item.status.st_size)
        return false
      }
      return size
    }
  }
}
