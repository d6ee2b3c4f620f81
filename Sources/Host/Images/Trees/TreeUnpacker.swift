import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Unpacks an archive below a root: an image layer, or files that a client copies into a container.
///
/// For one dedicated thread. Owners and device nodes require root.
final class TreeUnpacker {
  /// The kind of archive.
  enum Kind {
    /// A layer for overlayfs: whiteouts of the image format (OCI image spec, "Layers") become character devices 0:0,
    /// and opaque folders get an extended attribute (kernel documentation: filesystems/overlayfs).
    case layer
    /// Ordinary files.
    case copy(CopyOptions)
  }

  private let root: ExtractionRoot
  private let tar: TarReader
  private let kind: Kind
  /// Applied at the end: adding an entry changes a folder's time, and a folder's mode may forbid adding entries.
  private var folderAttributes: [ArchivePath: ArchiveEntry] = [:]
  private let isRoot = geteuid() == 0
  /// The bytes of all files.
  private(set) var size: Int64 = 0

  init(_ source: any ByteSource, into root: ExtractionRoot, limits: ArchiveLimits, _ kind: Kind = .layer) throws {
    self.root = root
    self.kind = kind
    tar = try TarReader(source, limits: limits)
  }

  func run() throws {
    try readEntries()
    try setFolderAttributes(lowerLayers: [])
  }

  /// Creates every entry. ``setFolderAttributes(lowerLayers:)`` must follow, on the same or another thread.
  func readEntries() throws {
    while var entry = try tar.next() {
      do {
        if case .copy(let options) = kind {
          options.apply(to: &entry)
          try checkKind(entry, options)
        }
        try unpack(entry)
      } catch let error as SystemCallError {
        throw EngineError(.system, "unpacking \(entry.path.relativeText)", cause: error)
      }
    }
  }

  /// Sets the attributes of folders. A folder that the archive does not list gets those of the lower layers.
  ///
  /// - Parameter lowerLayers: roots of the layers below, topmost first.
  func setFolderAttributes(lowerLayers: [String]) throws {
    try root.copyAttributes(fromLayers: lowerLayers)
    for (path, entry) in folderAttributes {
      guard let made = try root.existingFolder(path) else { continue }
      try setAttributes(of: made.number, entry)
    }
  }

  private func unpack(_ entry: ArchiveEntry) throws {
    if entry.path.isRoot {
      if entry.kind == .folder { folderAttributes[entry.path] = entry }
      return
    }
    let parent = try root.folder(entry.path.parent)
    if case .layer = kind, let whiteout = try Whiteout(entry.path.last) { return try apply(whiteout, in: parent) }
    let name = entry.path.last.cString
    switch entry.kind {
    case .folder:
      try makeFolder(name, in: parent.number)
      folderAttributes[entry.path] = entry
    case .file: try makeFile(name, in: parent.number, entry)
    case .symbolicLink(let target):
      try createReplacing(name, in: parent.number, "symlinkat") { symlinkat(target.cString, parent.number, name) }
      try Self.setAttributes(ofNode: name, S_IFLNK, in: parent.number, entry, setsOwner: isRoot)
    case .hardLink(let target):
      guard !target.isRoot else { throw SystemCallError(errno: EPERM, call: "linkat", subject: "/") }
      let from = try root.folder(target.parent)
      try createReplacing(name, in: parent.number, "linkat") {
        linkat(from.number, target.last.cString, parent.number, name, 0)
      }
    case .characterDevice, .blockDevice, .pipe:
      let type: mode_t =
        entry.kind == .characterDevice ? S_IFCHR : entry.kind == .blockDevice ? S_IFBLK : S_IFIFO
      try createReplacing(name, in: parent.number, "mknodat") {
        mknodat(parent.number, name, type | entry.mode, entry.kind == .pipe ? 0 : entry.device)
      }
      try Self.setAttributes(ofNode: name, type, in: parent.number, entry, setsOwner: isRoot)
    }
  }

  /// - Throws: `invalidParameter` in Docker's words if the options forbid that a folder replaces a non-folder or the
  ///   other way round.
  private func checkKind(_ entry: ArchiveEntry, _ options: CopyOptions) throws {
    guard options.keepsEntryKinds, !entry.path.isRoot else { return }
    var status = stat()
    let parent = try root.folder(entry.path.parent)
    guard fstatat(parent.number, entry.path.last.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    let wasFolder = status.st_mode & S_IFMT == S_IFDIR
    guard wasFolder != (entry.kind == .folder) else { return }
    let path = "/\(entry.path.relativeText)"
    throw EngineError(
      .invalidParameter,
      wasFolder
        ? "cannot overwrite directory \"\(path)\" with non-directory"
        : "cannot overwrite non-directory \"\(path)\" with directory")
  }

  /// Creates an entry and replaces an existing one: if an archive contains a name twice, the last one counts.
  private func createReplacing(_ name: [CChar], in parent: Int32, _ call: String, _ make: () -> Int32) throws {
    if make() == 0 { return }
    guard errno == EEXIST else { throw SystemCallError.last(call, TreeRemoval.text(name)) }
    try TreeRemoval.remove(name, in: parent)
    root.invalidateCache()
    try checked(call, TreeRemoval.text(name), make)
  }

  private func makeFolder(_ name: [CChar], in parent: Int32) throws {
    if mkdirat(parent, name, 0o755) == 0 { return }
    guard errno == EEXIST else { throw SystemCallError.last("mkdirat", TreeRemoval.text(name)) }
    var status = stat()
    try checked("fstatat", TreeRemoval.text(name)) { fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) }
    if status.st_mode & S_IFMT == S_IFDIR { return }
    try createReplacing(name, in: parent, "mkdirat") { mkdirat(parent, name, 0o755) }
    // This layer whited out the name earlier, so the new folder must hide the lower layers' folder.
    if status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == 0 {
      let made = try openFolder(name, in: parent)
      try makeOpaque(made)
    }
  }

  private func makeFile(_ name: [CChar], in parent: Int32, _ entry: ArchiveEntry) throws {
    var number: Int32 = -1
    try createReplacing(name, in: parent, "openat") {
      number = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      return number < 0 ? -1 : 0
    }
    let file = OwnedDescriptor(adopting: number)
    var end: Int64 = 0
    try tar.readData { chunk, offset in
      var rest = chunk
      var position = offset
      while !rest.isEmpty {
        let count = try checkedCount("pwrite") { pwrite(file.number, rest.baseAddress, rest.count, Int(position)) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        position += Int64(count)
      }
      end = max(end, position)
    }
    // A sparse file may end with a hole.
    if end < entry.size { try checked("ftruncate") { ftruncate(file.number, Int(entry.size)) } }
    size += max(end, entry.size)
    try setAttributes(of: file.number, entry)
  }

  private func openFolder(_ name: [CChar], in parent: Int32) throws -> OwnedDescriptor {
    OwnedDescriptor(
      adopting: try checked("openat", TreeRemoval.text(name)) {
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
  }
}

extension TreeUnpacker {
  private func apply(_ whiteout: Whiteout, in parent: OwnedDescriptor) throws {
    switch whiteout {
    case .aufsMetadata: return
    case .opaque: try makeOpaque(parent)
    case .name(let hidden):
      let name = hidden.cString
      if mknodat(parent.number, name, S_IFCHR, 0) == 0 { return }
      guard errno == EEXIST else { throw SystemCallError.last("mknodat", TreeRemoval.text(name)) }
      // A whiteout hides the lower layers' entry, not one of this layer.
      var status = stat()
      try checked("fstatat") { fstatat(parent.number, name, &status, AT_SYMLINK_NOFOLLOW) }
      if status.st_mode & S_IFMT == S_IFDIR { try makeOpaque(openFolder(name, in: parent.number)) }
    }
  }

  private func makeOpaque(_ folder: OwnedDescriptor) throws {
    try checked("fsetxattr", "trusted.overlay.opaque") { fsetxattr(folder.number, "trusted.overlay.opaque", "y", 1, 0) }
  }

  private func setAttributes(of file: Int32, _ entry: ArchiveEntry) throws {
    if isRoot { try checked("fchown") { fchown(file, entry.owner, entry.group) } }
    // After the owner, because fchown(2) clears the set-id bits.
    try checked("fchmod") { fchmod(file, entry.mode) }
    for attribute in entry.attributes where Self.isAllowed(attribute.name) {
      let result = attribute.value.withUnsafeBytes {
        fsetxattr(file, attribute.name, $0.baseAddress, $0.count, 0)
      }
      try Self.tolerate(result, attribute.name)
    }
    if let modified = entry.modified {
      try checked("futimens") { futimens(file, [modified, modified]) }
    }
  }

  /// Sets the attributes of a node that must not be opened for reading: a link, a device or a FIFO.
  ///
  /// A running container may replace the name at any time. So the type is checked and the owner and mode are set through
  /// one descriptor, which cannot lead to another file.
  ///
  /// - Throws: errno `ESTALE` if the name is not of that type any more.
  static func setAttributes(
    ofNode name: [CChar], _ type: mode_t, in parent: Int32, _ entry: ArchiveEntry, setsOwner: Bool
  ) throws {
    let text = TreeRemoval.text(name)
    let node = OwnedDescriptor(
      adopting: try checked("openat", text) { openat(parent, name, linux_O_PATH | O_NOFOLLOW | O_CLOEXEC) })
    var status = stat()
    try checked("fstat", text) { fstat(node.number, &status) }
    guard status.st_mode & S_IFMT == type else { throw SystemCallError(errno: ESTALE, call: "openat", subject: text) }
    if setsOwner {
      try checked("fchownat", text) { fchownat(node.number, "", entry.owner, entry.group, linux_AT_EMPTY_PATH) }
    }
    // fchmod(2) refuses an O_PATH descriptor. A link has no mode.
    if type != S_IFLNK { try checked("chmod", text) { chmod("/proc/self/fd/\(node.number)", entry.mode) } }
    if let modified = entry.modified {
      try checked("utimensat", text) { utimensat(parent, name, [modified, modified], AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// A layer must not set overlayfs's own attributes, which could expose parts of other layers.
  private static func isAllowed(_ attribute: String) -> Bool {
    !attribute.hasPrefix("trusted.overlay.") && !attribute.hasPrefix("user.overlay.")
  }

  /// Ignores file systems without extended attributes, and user attributes where they are not allowed.
  private static func tolerate(_ result: Int32, _ attribute: String) throws {
    guard result != 0, errno != ENOTSUP else { return }
    if errno == EPERM, attribute.hasPrefix("user.") { return }
    throw SystemCallError.last("fsetxattr", attribute)
  }
}
