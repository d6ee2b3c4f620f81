import CLinux
import CArchive
import EngineModel
import Glibc

/// One member of a tar archive, without its data.
struct ArchiveEntry {
  enum Kind: Hashable {
    case file
    case folder
    case symbolicLink(target: [UInt8])
    case hardLink(target: ArchivePath)
    case characterDevice
    case blockDevice
    case pipe
  }

  var path: ArchivePath
  var kind: Kind
  /// The low twelve bits: permissions, set-id bits and the sticky bit.
  var mode: mode_t
  var owner: uid_t
  var group: gid_t
  var size: Int64
  /// `nil`: the archive does not record it.
  var modified: timespec?
  var device: dev_t = 0
  var attributes: [(name: String, value: [UInt8])] = []

  /// - Returns: `nil` for a type that a file system cannot store, such as a socket.
  init?(_ entry: OpaquePointer) throws {
    guard let name = archive_entry_pathname(entry) else {
      throw EngineError(.invalidParameter, "invalid archive: an entry without a name")
    }
    path = try ArchivePath(name)
    mode = archive_entry_perm(entry) & 0o7777
    let (owner, group) = (archive_entry_uid(entry), archive_entry_gid(entry))
    // chown(2) reads all ones as "leave unchanged".
    guard let owner = uid_t(exactly: owner), let group = gid_t(exactly: group), owner != .max, group != .max else {
      throw EngineError(.invalidParameter, "invalid archive: owner \(owner):\(group) of \(path.relativeText)")
    }
    self.owner = owner
    self.group = group
    size = archive_entry_size(entry)
    if archive_entry_mtime_is_set(entry) != 0 {
      modified = timespec(tv_sec: archive_entry_mtime(entry), tv_nsec: Int(archive_entry_mtime_nsec(entry)))
    }
    if let target = archive_entry_hardlink(entry) {
      kind = .hardLink(target: try ArchivePath(target))
      return
    }
    switch archive_entry_filetype(entry) {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK:
      guard let target = archive_entry_symlink(entry), target.pointee != 0 else {
        throw EngineError(.invalidParameter, "invalid archive: \(path.relativeText) is a link to nothing")
      }
      kind = .symbolicLink(target: (0..<strlen(target)).map { UInt8(bitPattern: target[$0]) })
    case S_IFCHR: kind = .characterDevice
    case S_IFBLK: kind = .blockDevice
    case S_IFIFO: kind = .pipe
    default: return nil
    }
    device = archive_entry_rdev(entry)
    readAttributes(entry)
  }

  init(path: ArchivePath, kind: Kind, mode: mode_t, size: Int64 = 0) {
    self.path = path
    self.kind = kind
    self.mode = mode
    owner = 0
    group = 0
    self.size = size
  }

  private mutating func readAttributes(_ entry: OpaquePointer) {
    guard archive_entry_xattr_reset(entry) > 0 else { return }
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK, let name {
      let bytes = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
      attributes.append((String(cString: name), Array(bytes)))
    }
  }
}
