import CLinux
import Glibc

/// A tar archive of a file or folder of this host, made as it is read.
struct TreePacking: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  /// What is packed.
  let path: String
  /// Its name in the archive; empty for a folder whose content stands at the top.
  let name: String
  /// The first path itself may be a symbolic link that is to be followed.
  let followsLink: Bool

  func makeAsyncIterator() -> Iterator { Iterator(pending: [(path, name, followsLink)]) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var pending: [(path: String, name: String, follows: Bool)]
    private var file: (descriptor: OpenFile, left: Int64, path: String)?
    private var hasEnded = false
    /// Names in the archive of files with several links.
    private var links: [FileIdentity: String] = [:]

    fileprivate init(pending: [(path: String, name: String, follows: Bool)]) { self.pending = pending }

    private struct FileIdentity: Hashable {
      let device: dev_t
      let number: ino_t
    }

    mutating func next() async throws -> [UInt8]? {
      if let chunk = try nextOfFile() { return chunk }
      while let (path, name, follows) = pending.popLast() {
        if let header = try begin(path, name, follows) { return header }
      }
      guard !hasEnded else { return nil }
      hasEnded = true
      return TarFormat.trailer
    }

    private mutating func nextOfFile() throws -> [UInt8]? {
      guard case (let descriptor, var left, let path)? = file else { return nil }
      var buffer = [UInt8](repeating: 0, count: Int(Swift.min(left, 1 << 18)))
      let count = buffer.withUnsafeMutableBytes { read(descriptor.number, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw SmallFile.failure(path) }
      // A file that became shorter meanwhile is filled up: its header has gone out already.
      var chunk = count == 0 ? buffer : Array(buffer.prefix(count))
      left -= Int64(chunk.count)
      if left == 0 {
        file = nil
        chunk += [UInt8](repeating: 0, count: descriptor.padding)
      } else {
        file = (descriptor, left, path)
      }
      return chunk
    }

    /// - Returns: the header; `nil` for what is not packed: sockets, and a folder without a name of its own.
    private mutating func begin(_ path: String, _ name: String, _ follows: Bool) throws -> [UInt8]? {
      var status = stat()
      guard (follows ? stat(path, &status) : lstat(path, &status)) == 0 else { throw SmallFile.failure(path) }
      var entry = TarEntry(name: name, kind: .file)
      entry.mode = UInt32(status.st_mode) & 0o7777
      entry.user = status.st_uid
      entry.group = status.st_gid
      entry.modified = Int64(status.st_mtim.tv_sec)
      let identity = FileIdentity(device: status.st_dev, number: status.st_ino)
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        if status.st_nlink > 1 {
          if let other = links[identity] {
            entry.kind = .hardLink
            entry.linkTarget = other
            return TarFormat.header(entry)
          }
          links[identity] = name
        }
        entry.size = Int64(status.st_size)
        let opened = try OpenFile(path, size: entry.size)
        if entry.size > 0 { file = (opened, entry.size, path) }
      case S_IFDIR:
        for child in try SmallFile.list(path).reversed() {
          pending.append(
            (path == "/" ? "/\(child)" : "\(path)/\(child)", name.isEmpty ? child : "\(name)/\(child)", false))
        }
        guard !name.isEmpty else { return nil }
        entry.kind = .folder
        entry.name = name + "/"
      case S_IFLNK:
        entry.kind = .symbolicLink
        entry.linkTarget = try LinkText.read(path)
      case S_IFIFO: entry.kind = .pipe
      case S_IFCHR, S_IFBLK:
        entry.kind = status.st_mode & S_IFMT == S_IFCHR ? .characterDevice : .blockDevice
        entry.deviceMajor = linux_major(status.st_rdev)
        entry.deviceMinor = linux_minor(status.st_rdev)
      default: return nil
      }
      return TarFormat.header(entry)
    }
  }
}

/// A file that is being put into an archive; closed when nobody reads it any more.
final class OpenFile: Sendable {
  let number: Int32
  /// How many bytes follow its contents.
  let padding: Int

  init(_ path: String, size: Int64) throws(CommandFailure) {
    number = open(path, O_RDONLY | O_CLOEXEC)
    padding = TarFormat.padding(size)
    guard number >= 0 else { throw SmallFile.failure(path) }
  }

  deinit {
    if number >= 0 { close(number) }
  }
}

enum LinkText {
  /// What a symbolic link says.
  static func read(_ path: String) throws(CommandFailure) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw SmallFile.failure(path) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
