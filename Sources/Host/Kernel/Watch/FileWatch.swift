import CLinux
import Glibc
import Synchronization

/// Reports when a file may have changed: it was written, replaced, removed or created, also behind a symbolic link
/// (inotify(7)).
package final class FileWatch: Sendable {
  /// One element for any number of changes since the previous element. Ends when the watch is released.
  package let changes: AsyncStream<Void>

  private let continuation: AsyncStream<Void>.Continuation
  private let descriptor: OwnedDescriptor
  private let token = Mutex<ReadinessThread.Token?>(nil)

  package init(_ path: String) throws(SystemCallError) {
    let descriptor = OwnedDescriptor(
      adopting: try checked("inotify_init1", path) { inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) })
    self.descriptor = descriptor
    (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    Self.follow(path, descriptor.number)
    let made = try ReadinessThread.shared.watch(descriptor.number, for: .readable) { [continuation] in
      var buffer = [UInt8](repeating: 0, count: 8192)
      while read(descriptor.number, &buffer, buffer.count) > 0 {}
      // The path may refer to another file now.
      Self.follow(path, descriptor.number)
      continuation.yield()
      return .again
    }
    token.withLock { $0 = made }
  }

  deinit {
    if let token = token.withLock({ $0 }) { ReadinessThread.shared.cancel(token) }
    continuation.finish()
  }

  /// Watches the file, its folder and the folder of its link target. Missing ones are skipped.
  private static func follow(_ path: String, _ descriptor: Int32) {
    let written = UInt32(IN_CLOSE_WRITE | IN_ATTRIB)
    let named = UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE)
    _ = inotify_add_watch(descriptor, path, written)
    var folders = [folder(of: path)]
    if let real = realpath(path, nil) {
      folders.append(folder(of: String(cString: real)))
      free(real)
    }
    for folder in Set(folders) { _ = inotify_add_watch(descriptor, folder, named) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}
