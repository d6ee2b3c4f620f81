import CArchive
import CLinux
import EngineModel
import Glibc
package import Kernel

extension ContainerFilesystem {
  /// Writes the file or folder at a path as an archive, as `docker cp` reads it. Entry names begin with the path's last
  /// component.
  ///
  /// - Parameter descriptor: open for writing, in blocking mode. It stays open.
  package func write(_ text: String, to descriptor: OwnedDescriptor) throws {
    LibarchiveReader.useUTF8OnThisThread()
    let path = try resolve(text, followsLast: false)
    let status = try status(path)
    if status.st_mode & S_IFMT == S_IFDIR {
      let archive = try TreeArchiver(to: descriptor, isLayer: false, prefix: Array(ScopedPath.lastComponent(text).utf8))
      try TreeWalk(try open(path, O_RDONLY | O_DIRECTORY)).forEach { item in
        try archive.add(item)
        return true
      }
      return try archive.close()
    }
    let archive = try TreeArchiver(to: descriptor, isLayer: false)
    let folder = try open(path.parent, linux_O_PATH | O_DIRECTORY)
    try archive.add(TreeWalk.Item(path: ArchivePath(names: [path.last]), folder: folder, status: status))
    try archive.close()
  }

  /// Unpacks an archive into a folder.
  ///
  /// - Parameters:
  ///   - input: compressed or not.
  ///   - keepsEntryKinds: a folder does not replace a non-folder, nor the other way round (Docker:
  ///     `noOverwriteDirNonDir`).
  ///   - owner: the owner of every file; `nil`: as the archive says.
  /// - Throws: `notFound` if the folder does not exist; `invalidParameter` if it is not a folder or is read-only, or if
  ///   the archive is damaged or leads outside.
  package func unpack(
    _ input: ArchiveInput, into text: String, keepsEntryKinds: Bool, owner: (user: UInt32, group: UInt32)? = nil,
    limits: ArchiveLimits = ArchiveLimits()
  ) async throws {
    try await input.withSource { source in
      do {
        let options = CopyOptions(base: try folder(text), keepsEntryKinds: keepsEntryKinds, owner: owner)
        let plain = try DecompressingSource(source, limit: limits.bytes)
        try TreeUnpacker(plain, into: ExtractionRoot(root), limits: limits, .copy(options)).run()
        try plain.drain()
        // Read padding after the end marker, because the sender waits until it is read.
        try source.drain()
      } catch {
        // A client sees the answer only after it has sent its whole request.
        try? source.drain(limit: 8 << 20)
        throw error
      }
    }
  }

  private func folder(_ text: String) throws -> ArchivePath {
    let path = try resolve(text, followsLast: true)
    let folder = try open(path, linux_O_PATH | O_NOFOLLOW)
    var status = stat()
    try checked("fstat", text) { fstat(folder.number, &status) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw EngineError(.invalidParameter, "extraction point is not a directory")
    }
    if let error = writeRefusal(for: folder) { throw error }
    return path
  }
}
