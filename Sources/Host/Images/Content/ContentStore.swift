import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Blobs by digest, as an OCI image layout: `blobs/sha256/<digits>` below `root`.
///
/// rename(2) makes a blob appear complete or not at all. A blob never changes. All calls block.
struct ContentStore: Sendable {
  let root: String

  init(root: String) {
    self.root = root
  }

  /// Creates the folders and the `oci-layout` file. It is idempotent.
  func prepare() throws {
    try makeDirectories("\(root)/blobs/sha256", mode: 0o700)
    try makeDirectories(ingestPath, mode: 0o700)
    // An engine whose disk is full must start, so it writes only what is missing.
    let (layout, bytes) = ("\(root)/oci-layout", try CanonicalJSON.encode(OCILayoutFile()))
    if (try? AtomicFile.read(layout, limit: 4096)) != bytes { try AtomicFile.write(layout, bytes, isDurable: false) }
  }

  /// The folder for incoming content. Files in it at the engine's start are leftovers.
  var ingestPath: String { "\(root)/ingest" }

  func path(_ digest: Digest) -> String { "\(root)/blobs/sha256/\(digest.hex)" }

  /// - Returns: `nil` if the blob does not exist.
  func size(_ digest: Digest) -> Int64? {
    var status = stat()
    return stat(path(digest), &status) == 0 ? Int64(status.st_size) : nil
  }

  /// Reads a small blob and verifies its digest.
  func document(_ digest: Digest, limit: Int = 8 << 20) throws -> [UInt8] {
    let bytes = try AtomicFile.read(path(digest), limit: limit)
    guard Digest.of(bytes) == digest else {
      throw EngineError(.system, "content \(digest) is damaged")
    }
    return bytes
  }

  /// Moves a file with a known digest into the store.
  func adopt(_ file: String, as digest: Digest) throws {
    try checked("rename", file) { rename(file, path(digest)) }
  }

  @discardableResult
  func add(_ bytes: [UInt8]) throws -> Digest {
    let digest = Digest.of(bytes)
    if size(digest) != Int64(bytes.count) { try AtomicFile.write(path(digest), bytes, isDurable: false) }
    return digest
  }

  func all() throws -> [Digest] {
    let folder = try OwnedDescriptor(path: "\(root)/blobs/sha256", flags: O_RDONLY | O_DIRECTORY)
    return try TreeRemoval.names(in: folder.number).compactMap { Digest(hex: TreeRemoval.text($0)) }
  }

  func remove(_ digest: Digest) throws {
    if unlink(path(digest)) != 0, errno != ENOENT { throw SystemCallError.last("unlink", path(digest)) }
  }
}
