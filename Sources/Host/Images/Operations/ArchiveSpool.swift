import EngineModel
import Glibc
import Kernel

/// The files of an archive of images, laid down on the disk with their digests: what describes them may come last in
/// the archive, so nothing can be decided before its end.
final class ArchiveSpool {
  struct File: Sendable, Hashable {
    let path: String
    let digest: Digest
    let size: Int64
  }

  let folder: String
  private var files: [ArchivePath: File] = [:]
  private var links: [ArchivePath: ArchivePath] = [:]
  private let limits: ArchiveLimits

  /// - Parameter parent: on the file system of the content store, so that files can be moved there.
  init(in parent: String, limits: ArchiveLimits) throws {
    self.limits = limits
    folder = "\(parent)/\(ContainerID.random().short)"
    try checked("mkdir", folder) { mkdir(folder, 0o700) }
  }

  deinit {
    // What was not moved away. A failure leaves it to the next start of the engine.
    try? TreeRemoval.remove(path: folder)
  }

  /// Reads an archive, compressed or not, to its end.
  func read(_ source: any ByteSource) throws {
    let tar = try TarReader(DecompressingSource(source, limit: limits.bytes), limits: limits)
    while let entry = try tar.next() {
      switch entry.kind {
      case .file: files[entry.path] = try store(tar, number: files.count)
      case .hardLink(let target): links[entry.path] = target
      case .symbolicLink(let target):
        links[entry.path] = try ArchivePath(
          bytes: Array((entry.path.parent.names + [target]).joined(separator: [UInt8(ascii: "/")])))
      case .folder, .characterDevice, .blockDevice, .pipe: continue
      }
    }
    // What follows the end mark is nothing, but whoever sends it wants it taken.
    try source.drain()
  }

  private func store(_ tar: TarReader, number: Int) throws -> File {
    let path = "\(folder)/\(number)-\(links.count)"
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    let hash = SHA256()
    var size: Int64 = 0
    try tar.data { piece, offset in
      guard offset == size else {
        throw EngineError(.invalidParameter, "invalid archive: a sparse file in an archive of images")
      }
      hash.update(piece)
      try file.writeAll(piece)
      size += Int64(piece.count)
    }
    return File(path: path, digest: hash.finish(), size: size)
  }

  /// - Returns: `nil` when the archive has no such file.
  func file(_ path: String) throws -> File? {
    var current = try ArchivePath(bytes: Array(path.utf8))
    for _ in 0..<8 {
      if let file = files[current] { return file }
      guard let target = links[current] else { return nil }
      current = target
    }
    return nil
  }

  func blob(_ digest: Digest) throws -> File? {
    guard let file = try file("blobs/sha256/\(digest.hex)") else { return nil }
    guard file.digest == digest else {
      throw EngineError(.invalidParameter, "invalid archive: blob \(digest) has the digest \(file.digest)")
    }
    return file
  }

  /// A small file's contents; `nil` when the archive has no such file.
  func document(_ path: String) throws -> [UInt8]? {
    try file(path).map { try SafeFile.read($0.path, limit: limits.documentBytes) }
  }
}
