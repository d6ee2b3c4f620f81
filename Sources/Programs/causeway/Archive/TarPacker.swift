import CLinux
import Glibc

/// Packs a file or folder of this host into a tar archive while the stream is read.
struct TarPacker: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error

  /// The file or folder to pack.
  let path: String
  /// Its name in the archive; empty for a folder whose contents go to the archive's root.
  let name: String
  /// Whether a symbolic link at `path` is followed. Links below it are never followed.
  let followsLink: Bool

  func makeAsyncIterator() -> Iterator { Iterator(pending: [(path, name, followsLink)]) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var pending: [(path: String, name: String, follows: Bool)]
    private var file: (descriptor: OpenFile, left: Int64, path: String)?
    private var hasEnded = false
    /// The archive names of files that have several hard links.
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
      guard count >= 0 else { throw LocalFile.failure(path) }
      // The header with the old size is already sent, so a file that shrank is padded with zeros.
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

    /// - Returns: the header; `nil` for entries that are not packed: sockets, and a root folder without a name.
    private mutating func begin(_ path: String, _ name: String, _ follows: Bool) throws -> [UInt8]? {
      var status = stat()
      guard (follows ? stat(path, &status) : lstat(path, &status)) == 0 else { throw LocalFile.failure(path) }
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
        for child in try LocalFile.list(path).reversed() {
          pending.append(
            (path == "/" ? "/\(child)" : "\(path)/\(child)", name.isEmpty ? child : "\(name)/\(child)", false))
        }
        guard !name.isEmpty else { return nil }
        entry.kind = .folder
        entry.name = name + "/"
      case S_IFLNK:
        entry.kind = .symbolicLink
        entry.linkTarget = try LocalFile.readLink(path)
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
