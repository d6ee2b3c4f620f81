import Glibc

/// A file descriptor that is closed when its last owner is released.
package final class OwnedDescriptor: Sendable {
  /// The number, valid while this object lives. Do not close it.
  package let number: Int32

  /// Takes ownership of an open descriptor.
  package init(adopting number: Int32) {
    self.number = number
  }

  deinit {
    _ = close(number)
  }

  /// Opens a file with `O_CLOEXEC`.
  package convenience init(path: String, flags: Int32, mode: UInt32 = 0o644) throws(SystemCallError) {
    self.init(adopting: try checked("open", path) { open(path, flags | O_CLOEXEC, mode) })
  }
}
