import Hashing
import EngineModel
import Glibc
import Kernel

/// The files of an image archive, extracted to a temporary folder with their digests. The metadata may come last in the
/// archive, so the engine reads the whole archive before it decides anything.
final class StagingFolder {
  struct File: Sendable, Hashable {
    let path: String
    let digest: Digest
    let size: Int64
  }

  let folder: String
  private var files: [ArchivePath: File] = [:]
  private var links: [ArchivePath: ArchivePath] = [:]
  private let limits: ArchiveLimits

  /// - Parameter parent: on the content store's file system, so that files can be moved there.
  init(in parent: String, limits: ArchiveLimits) throws {
    self.limits = limits
    folder = "\(parent)/\(ContainerID.random().short)"
    try checked("mkdir", folder) { mkdir(folder, 0o700) }
  }

  deinit {
    // Remove the files that were not moved away. The next start of the engine removes a remainder.
    try? TreeRemoval.remove(path: folder)
  }

  /// Extracts an archive, compressed or not.
  func extract(_ source: any ByteSource) throws {
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
    // Read padding after the end marker, because the sender waits until it is read.
    try source.drain()
  }

  private func store(_ tar: TarReader, number: Int) throws -> File {
    let path = "\(folder)/\(number)-\(links.count)"
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    let hash = SHA256()
    var size: Int64 = 0
    try tar.readData { chunk, offset in
      guard offset == size else {
        throw EngineError(.invalidParameter, "invalid archive: a sparse file in an archive of images")
      }
      hash.update(chunk)
      try file.writeAll(chunk)
      size += Int64(chunk.count)
    }
    return File(path: path, digest: hash.finishDigest(), size: size)
  }

  /// - Returns: `nil` if the archive has no such file.
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

  /// The contents of a small file; `nil` if the archive has no such file.
  func document(_ path: String) throws -> [UInt8]? {
    try file(path).map { try AtomicFile.read($0.path, limit: limits.documentBytes) }
  }
}
