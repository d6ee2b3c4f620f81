import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Writes a file tree to an archive: a whole root file system, or an overlay's upper layer with its whiteouts in the
/// image format.
final class TreeArchiver {
  private let tar: TarWriter
  private let isLayer: Bool
  /// Files with several hard links, by device and inode. The first name carries the data.
  private var hardLinks: [[UInt64]: ArchivePath] = [:]

  /// - Parameters:
  ///   - isLayer: translates overlayfs's whiteouts and opaque folders.
  ///   - prefix: the prefix of every name.
  init(to descriptor: OwnedDescriptor, isLayer: Bool, prefix: [UInt8]? = nil) throws {
    tar = try TarWriter(descriptor)
    tar.prefix = prefix
    self.isLayer = isLayer
  }

  func close() throws { try tar.close() }

  func add(_ item: TreeWalk.Item) throws {
    if isLayer, item.isWhiteout { return try addWhiteout(item.path.last, in: item.path.parent, item) }
    guard var entry = try entry(item) else { return }
    if entry.kind == .file, item.status.st_nlink > 1 {
      let key = [UInt64(item.status.st_dev), UInt64(item.status.st_ino)]
      if let first = hardLinks[key] {
        entry.kind = .hardLink(target: first)
        entry.size = 0
      } else {
        hardLinks[key] = item.path
      }
    }
    switch entry.kind {
    case .file:
      let file = try item.open()
      entry.attributes = try attributes(of: file)
      try tar.writeHeader(entry)
      try copy(file, exactly: entry.size)
    case .folder:
      let folder = try item.open()
      entry.attributes = try attributes(of: folder)
      try tar.writeHeader(entry)
      if isLayer, isOpaque(folder) { try addWhiteout(Array(".wh..opq".utf8), in: item.path, item) }
    default: try tar.writeHeader(entry)
    }
  }

  /// - Returns: `nil` for a socket, which an archive cannot contain.
  private func entry(_ item: TreeWalk.Item) throws -> ArchiveEntry? {
    let kind: ArchiveEntry.Kind
    switch item.status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .symbolicLink(target: try target(item))
    case S_IFCHR: kind = .characterDevice
    case S_IFBLK: kind = .blockDevice
    case S_IFIFO: kind = .pipe
    default: return nil
    }
    var entry = ArchiveEntry(path: item.path, kind: kind, mode: item.status.st_mode & 0o7777)
    entry.owner = item.status.st_uid
    entry.group = item.status.st_gid
    entry.size = kind == .file ? Int64(item.status.st_size) : 0
    // Whole seconds fit in the plain header, which keeps layers small.
    entry.modified = timespec(tv_sec: item.status.st_mtim.tv_sec, tv_nsec: 0)
    entry.device = item.status.st_rdev
    return entry
  }

  private func addWhiteout(_ name: [UInt8], in folder: ArchivePath, _ item: TreeWalk.Item) throws {
    var entry = ArchiveEntry(
      path: ArchivePath(names: folder.names + [Array(".wh.".utf8) + name]), kind: .file, mode: 0o600)
    entry.modified = timespec(tv_sec: item.status.st_mtim.tv_sec, tv_nsec: 0)
    try tar.writeHeader(entry)
  }

  private func target(_ item: TreeWalk.Item) throws -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try checkedCount("readlinkat", item.path.relativeText) {
      readlinkat(item.folder.number, item.path.last.cString, &buffer, buffer.count)
    }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// Copies exactly the announced size: cuts a file that grows meanwhile, and pads one that shrinks.
  private func copy(_ file: OwnedDescriptor, exactly size: Int64) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
    defer { buffer.deallocate() }
    var rest = size
    var isAtEnd = false
    while rest > 0 {
      let length = Int(min(rest, Int64(buffer.count)))
      var count = isAtEnd ? 0 : try checkedCount("read") { read(file.number, buffer.baseAddress, length) }
      if count == 0 {
        isAtEnd = true
        count = length
        buffer.baseAddress?.initializeMemory(as: UInt8.self, repeating: 0, count: length)
      }
      try tar.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      rest -= Int64(count)
    }
  }

  /// User attributes and capabilities. Other extended attributes belong to the host.
  private func attributes(of file: OwnedDescriptor) throws -> [(name: String, value: [UInt8])] {
    let length = flistxattr(file.number, nil, 0)
    guard length > 0 else { return [] }
    var list = [CChar](repeating: 0, count: length)
    let count = flistxattr(file.number, &list, list.count)
    guard count > 0 else { return [] }
    var attributes: [(String, [UInt8])] = []
    for name in list.prefix(count).split(separator: 0) {
      let text = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text == "security.capability" || text.hasPrefix("user."), !text.hasPrefix("user.overlay.") else { continue }
      var value = [UInt8](repeating: 0, count: 1 << 16)
      let size = fgetxattr(file.number, text, &value, value.count)
      if size >= 0 { attributes.append((text, Array(value.prefix(size)))) }
    }
    return attributes
  }

  private func isOpaque(_ folder: OwnedDescriptor) -> Bool {
    var value: UInt8 = 0
    return fgetxattr(folder.number, "trusted.overlay.opaque", &value, 1) == 1 && value == UInt8(ascii: "y")
  }
}
