import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Unpacks an archive below a root: one layer of an image, or files that somebody copies into a container.
///
/// For one dedicated thread. Ownership and device nodes need root.
final class TreeUnpacking {
  /// What the archive is.
  enum Kind {
    /// A layer, to be as overlayfs wants to find it: whiteouts of the image format (OCI image spec, "Layers") become
    /// character devices 0:0 and opaque folders an extended attribute (kernel doc: filesystems/overlayfs).
    case layer
    /// Files as they are.
    case copy(UnpackingRules)
  }

  private let folder: RootFolder
  private let tar: TarReader
  private let kind: Kind
  /// Set last: what is put into a folder changes its time, and its mode may forbid putting it there.
  private var folderAttributes: [ArchivePath: ArchiveEntry] = [:]
  private let isRoot = geteuid() == 0
  /// Bytes of all files.
  private(set) var size: Int64 = 0

  init(_ source: any ByteSource, into folder: RootFolder, limits: ArchiveLimits, _ kind: Kind = .layer) throws {
    self.folder = folder
    self.kind = kind
    tar = try TarReader(source, limits: limits)
  }

  func run() throws {
    try readEntries()
    try settle(on: [])
  }

  /// Makes everything that the archive holds. To be followed by ``settle(on:)``, perhaps on another thread.
  func readEntries() throws {
    while var entry = try tar.next() {
      do {
        if case .copy(let rules) = kind {
          rules.apply(to: &entry)
          try check(entry, rules)
        }
        try unpack(entry)
      } catch let error as SystemCallError {
        throw EngineError(.system, "unpacking \(entry.path.relativeText)", cause: error)
      }
    }
  }

  /// Gives folders their attributes: those that the archive takes for granted what they have in the layers beneath.
  ///
  /// - Parameter beneath: roots of layers, topmost first.
  func settle(on beneath: [String]) throws {
    try folder.adoptAttributes(from: beneath)
    for (path, entry) in folderAttributes {
      guard let made = try folder.existingFolder(path) else { continue }
      try setAttributes(of: made.number, entry)
    }
  }

  private func unpack(_ entry: ArchiveEntry) throws {
    if entry.path.isRoot {
      if entry.kind == .folder { folderAttributes[entry.path] = entry }
      return
    }
    let parent = try folder.folder(entry.path.parent)
    if case .layer = kind, let whiteout = try Whiteout(entry.path.last) { return try apply(whiteout, in: parent) }
    let name = entry.path.last.cString
    switch entry.kind {
    case .folder:
      try makeFolder(name, in: parent.number)
      folderAttributes[entry.path] = entry
    case .file: try makeFile(name, in: parent.number, entry)
    case .symbolicLink(let target):
      try replacing(name, in: parent.number, "symlinkat") { symlinkat(target.cString, parent.number, name) }
      try setAttributes(ofNode: name, in: parent.number, entry)
    case .hardLink(let target):
      guard !target.isRoot else { throw SystemCallError(errno: EPERM, call: "linkat", subject: "/") }
      let from = try folder.folder(target.parent)
      try replacing(name, in: parent.number, "linkat") {
        linkat(from.number, target.last.cString, parent.number, name, 0)
      }
    case .characterDevice, .blockDevice, .pipe:
      let type: mode_t =
        entry.kind == .characterDevice ? S_IFCHR : entry.kind == .blockDevice ? S_IFBLK : S_IFIFO
      try replacing(name, in: parent.number, "mknodat") {
        mknodat(parent.number, name, type | entry.mode, entry.kind == .pipe ? 0 : entry.device)
      }
      try setAttributes(ofNode: name, in: parent.number, entry)
    }
  }

  /// - Throws: `invalidParameter` in Docker's words where a folder would take the place of something else, or something
  ///   else that of a folder, and the rules forbid it.
  private func check(_ entry: ArchiveEntry, _ rules: UnpackingRules) throws {
    guard rules.keepsKinds, !entry.path.isRoot else { return }
    var status = stat()
    let parent = try folder.folder(entry.path.parent)
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

  /// Makes something under a name; what has it goes first. An archive may hold a name twice: the last one counts.
  private func replacing(_ name: [CChar], in parent: Int32, _ call: String, _ make: () -> Int32) throws {
    if make() == 0 { return }
    guard errno == EEXIST else { throw SystemCallError.last(call, TreeRemoval.text(name)) }
    try TreeRemoval.remove(name, in: parent)
    folder.forget()
    try checked(call, TreeRemoval.text(name), make)
  }

  private func makeFolder(_ name: [CChar], in parent: Int32) throws {
    if mkdirat(parent, name, 0o755) == 0 { return }
    guard errno == EEXIST else { throw SystemCallError.last("mkdirat", TreeRemoval.text(name)) }
    var status = stat()
    try checked("fstatat", TreeRemoval.text(name)) { fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) }
    if status.st_mode & S_IFMT == S_IFDIR { return }
    try replacing(name, in: parent, "mkdirat") { mkdirat(parent, name, 0o755) }
    // It was whited out earlier in this layer: what lies beneath stays hidden.
    if status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == 0 {
      let made = try openFolder(name, in: parent)
      try makeOpaque(made)
    }
  }

  private func makeFile(_ name: [CChar], in parent: Int32, _ entry: ArchiveEntry) throws {
    var number: Int32 = -1
    try replacing(name, in: parent, "openat") {
      number = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      return number < 0 ? -1 : 0
    }
    let file = OwnedDescriptor(adopting: number)
    var end: Int64 = 0
    try tar.data { piece, offset in
      var rest = piece
      var place = offset
      while !rest.isEmpty {
        let count = try checkedCount("pwrite") { pwrite(file.number, rest.baseAddress, rest.count, Int(place)) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        place += Int64(count)
      }
      end = max(end, place)
    }
    // A sparse file may end in a hole.
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

extension TreeUnpacking {
  private func apply(_ whiteout: Whiteout, in parent: OwnedDescriptor) throws {
    switch whiteout {
    case .bookkeeping: return
    case .opaque: try makeOpaque(parent)
    case .name(let hidden):
      let name = hidden.cString
      if mknodat(parent.number, name, S_IFCHR, 0) == 0 { return }
      guard errno == EEXIST else { throw SystemCallError.last("mknodat", TreeRemoval.text(name)) }
      // A whiteout hides what lies beneath, not what this layer itself brings.
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
    // After the owner: a change of owner takes the set-id bits away.
    try checked("fchmod") { fchmod(file, entry.mode) }
    for attribute in entry.attributes where Self.isTaken(attribute.name) {
      let result = attribute.value.withUnsafeBytes {
        fsetxattr(file, attribute.name, $0.baseAddress, $0.count, 0)
      }
      try Self.tolerate(result, attribute.name)
    }
    if let modified = entry.modified {
      try checked("futimens") { futimens(file, [modified, modified]) }
    }
  }

  /// For what cannot be opened without effect: links, devices, pipes.
  private func setAttributes(ofNode name: [CChar], in parent: Int32, _ entry: ArchiveEntry) throws {
    if isRoot {
      try checked("fchownat") { fchownat(parent, name, entry.owner, entry.group, AT_SYMLINK_NOFOLLOW) }
    }
    if case .symbolicLink = entry.kind {
    } else {
      // It was made here a moment ago and is no link, so following none is what happens.
      try checked("fchmodat") { fchmodat(parent, name, entry.mode, 0) }
    }
    if let modified = entry.modified {
      try checked("utimensat") { utimensat(parent, name, [modified, modified], AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// An archive has no say in overlayfs's own attributes, by which a layer could show parts of others.
  private static func isTaken(_ attribute: String) -> Bool {
    !attribute.hasPrefix("trusted.overlay.") && !attribute.hasPrefix("user.overlay.")
  }

  /// File systems without extended attributes, and users' attributes where they may not be, are passed over.
  private static func tolerate(_ result: Int32, _ attribute: String) throws {
    guard result != 0, errno != ENOTSUP else { return }
    if errno == EPERM, attribute.hasPrefix("user.") { return }
    throw SystemCallError.last("fsetxattr", attribute)
  }
}
