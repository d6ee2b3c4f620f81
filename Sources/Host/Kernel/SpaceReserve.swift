import Glibc
import Synchronization

/// A file that keeps some space of a file system free for the engine. When the disk is full, writing gets a part of it, so
/// that commands that free space still work: they write a little before they remove much.
package final class SpaceReserve: Sendable {
  /// 8 MiB are more than a thousand small writes.
  package static let standardSize: Int64 = 8 << 20
  private static let part: Int64 = 512 << 10

  private let path: String
  private let size: Int64
  /// Whether a part was given up.
  private let isShort = Mutex(true)

  package init(path: String, size: Int64 = standardSize) {
    self.path = path
    self.size = size
  }

  /// Runs a write. If it fails because the file system is full, gives up a part of the reserve and repeats it.
  ///
  /// - Parameters:
  ///   - isFull: whether an error says that there is no space.
  ///   - body: can be repeated.
  package func withSpace<T>(
    isFull: (any Error) -> Bool = { ($0 as? SystemCallError)?.isOutOfSpace == true }, _ body: () throws -> T
  ) throws -> T {
    while true {
      do {
        let result = try body()
        fill()
        return result
      } catch {
        guard isFull(error), giveUpPart() else { throw error }
      }
    }
  }

  /// - Returns: whether there was something to give up.
  private func giveUpPart() -> Bool {
    isShort.withLock { isShort in
      isShort = true
      guard let file = try? OwnedDescriptor(path: path, flags: O_RDWR | O_NOFOLLOW) else { return false }
      let size = Int64(lseek(file.number, 0, SEEK_END))
      guard size > 0, ftruncate(file.number, off_t(max(0, size - Self.part))) == 0 else { return false }
      return true
    }
  }

  /// Takes the space again when a part was given up and there is plenty. It never takes more than a tenth of what is free.
  package func fill() {
    isShort.withLock { isShort in
      guard isShort else { return }
      guard
        let file = try? OwnedDescriptor(path: path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      else { return }
      var status = statvfs()
      guard fstatvfs(file.number, &status) == 0 else { return }
      let free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
      let current = Int64(lseek(file.number, 0, SEEK_END))
      let target = min(size, current + free / 10)
      if target > current { _ = posix_fallocate(file.number, 0, off_t(target)) }
      isShort = Int64(lseek(file.number, 0, SEEK_END)) < size
    }
  }
}

extension SystemCallError {
  /// Whether the file system, or the user's part of it, is full.
  package var isOutOfSpace: Bool { errno == ENOSPC || errno == EDQUOT }
}
