import CLinux
import EngineAPI
import Glibc

/// Extracts an archive into a folder. An entry cannot write outside the folder: the extractor opens each path component
/// with `O_NOFOLLOW`.
final class TarExtractor {
  private let folder: String
  private let root: Int32
  /// Whether extracted files get the owners that the archive names, instead of the caller.
  private let keepsOwners: Bool
  /// Folders whose mode and times are set at the end: writing into a folder changes its times, and a read-only folder
  /// must be filled first.
  private var folders: [(path: [String], entry: TarEntry)] = []

  init(folder: String, keepsOwners: Bool) throws(CommandFailure) {
    self.folder = folder
    self.keepsOwners = keepsOwners
    root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else { throw LocalFile.failure(folder) }
  }

  deinit { close(root) }

  /// - Parameters:
  ///   - path: the path below the folder; empty for the folder itself.
  ///   - link: for hard links, the path of the existing file below the folder.
  ///   - data: returns the next bytes of a file.
  func write(
    _ entry: TarEntry, at path: [String], link: [String] = [], data: () async throws -> [UInt8]?
  ) async throws {
    guard let name = path.last else { return }
    let parent = try parent(of: path)
    defer { close(parent) }
    switch entry.kind {
    case .folder:
      if mkdirat(parent, name, 0o700) != 0 {
        guard errno == EEXIST, isFolder(parent, name) else { throw failure(path) }
      }
      folders.append((path, entry))
    case .file:
      try replace(parent, name, path)
      let number = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw failure(path) }
      defer { close(number) }
      while let bytes = try await data() {
        guard Descriptor(number: number).write(bytes) else { throw failure(path) }
      }
      if keepsOwners, fchown(number, entry.user, entry.group) != 0 { throw failure(path) }
      fchmod(number, mode_t(entry.mode))
      var times = Self.times(entry)
      futimens(number, &times)
    case .symbolicLink:
      try replace(parent, name, path)
      guard symlinkat(entry.linkTarget, parent, name) == 0 else { throw failure(path) }
      try own(parent, name, entry, path)
    case .hardLink:
      guard let other = link.last else { throw TarFormat.Broken(description: "archive/tar: invalid hard link") }
      let otherParent = try self.parent(of: link)
      defer { close(otherParent) }
      try replace(parent, name, path)
      guard linkat(otherParent, other, parent, name, 0) == 0 else { throw failure(path) }
    case .pipe, .characterDevice, .blockDevice:
      try replace(parent, name, path)
      let kind: mode_t = entry.kind == .pipe ? S_IFIFO : entry.kind == .blockDevice ? S_IFBLK : S_IFCHR
      let device = linux_makedev(entry.deviceMajor, entry.deviceMinor)
      guard mknodat(parent, name, kind | mode_t(entry.mode & 0o777), device) == 0 else { throw failure(path) }
      try own(parent, name, entry, path)
    }
  }

  /// Sets the modes and times of the folders, the deepest first.
  func finish() throws {
    for (path, entry) in folders.reversed() {
      guard let name = path.last else { continue }
      let parent = try parent(of: path)
      defer { close(parent) }
      let number = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard number >= 0 else { throw failure(path) }
      defer { close(number) }
      if keepsOwners, fchown(number, entry.user, entry.group) != 0 { throw failure(path) }
      fchmod(number, mode_t(entry.mode))
      var times = Self.times(entry)
      futimens(number, &times)
    }
  }

  /// Opens the parent folder of a path and creates missing folders on the way.
  private func parent(of path: [String]) throws -> Int32 {
    var number = fcntl(root, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else { throw LocalFile.failure(folder) }
    for name in path.dropLast() {
      var next = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if next < 0, errno == ENOENT {
        mkdirat(number, name, 0o755)
        next = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      let failure = next < 0 ? self.failure(path) : nil
      close(number)
      if let failure { throw failure }
      number = next
    }
    return number
  }

  /// Removes an existing file at the path. An existing folder is an error.
  private func replace(_ parent: Int32, _ name: String, _ path: [String]) throws {
    guard unlinkat(parent, name, 0) != 0, errno != ENOENT else { return }
    guard errno == EISDIR || errno == EPERM else { throw failure(path) }
    throw CommandFailure("cannot overwrite directory \(shown(path).quoted) with non-directory")
  }

  private func own(_ parent: Int32, _ name: String, _ entry: TarEntry, _ path: [String]) throws {
    if keepsOwners, fchownat(parent, name, entry.user, entry.group, AT_SYMLINK_NOFOLLOW) != 0 { throw failure(path) }
    var times = Self.times(entry)
    utimensat(parent, name, &times, AT_SYMLINK_NOFOLLOW)
  }

  private func isFolder(_ parent: Int32, _ name: String) -> Bool {
    var status = stat()
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func shown(_ path: [String]) -> String { ([folder == "/" ? "" : folder] + path).joined(separator: "/") }

  private func failure(_ path: [String]) -> CommandFailure { LocalFile.failure(shown(path)) }

  private static func times(_ entry: TarEntry) -> [timespec] {
    let moment = timespec(tv_sec: Int(entry.modified), tv_nsec: 0)
    return [moment, moment]
  }
}
