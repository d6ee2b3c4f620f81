import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// How much files hold, as Docker counts it: the bytes of their contents, a file of several names once, and nothing
/// for folders.
public enum TreeSize {
  /// Bytes below a folder; what is mounted there is counted, too. On a thread of its own.
  ///
  /// - Returns: zero when the folder is not there.
  public static func bytes(below path: String) async throws -> Int64 {
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
