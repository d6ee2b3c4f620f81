import CLinux
import EngineModel
import Glibc
import Kernel

/// UnpackedLayer layers, shared by all images and containers: `<root>/<ChainID digits>/diff`.
///
/// rename(2) makes a layer's folder appear complete or not at all. All calls block.
struct LayerStore: Sendable {
  let root: String
  let limits: ArchiveLimits

  func prepare() throws {
    // The host's users must not reach set-user-id programs of images.
    try makeDirectories(root, mode: 0o700)
  }

  /// The folder with a layer's files.
  func diffPath(_ chainID: Digest) -> String { "\(root)/\(chainID.hex)/diff" }

  func contains(_ chainID: Digest) -> Bool { access("\(root)/\(chainID.hex)", F_OK) == 0 }

  /// The bytes of its files, counted while unpacker.
  func size(_ chainID: Digest) -> Int64 {
    guard let text = try? readFile("\(root)/\(chainID.hex)/size") else { return 0 }
    return Int64(text) ?? 0
  }

  /// An unpacked layer that is not yet part of the store.
  struct UnpackedLayer: Sendable {
    let folder: String
    let diffID: Digest
    let size: Int64
    /// Folders that the archive does not list still lack their attributes.
    fileprivate let unpacker: UncheckedSendable<TreeUnpacker>
  }

  /// Unpacks an archive, compressed or not, into a temporary folder. The layers below need not exist yet.
  ///
  /// - Parameter known: the DiffID of an uncompressed archive whose digest is verified. It is not computed again.
  /// - Returns: the layer with its DiffID. The caller verifies the DiffID, then calls ``commit(_:as:)`` or
  ///   ``discard(_:)``.
  func unpack(_ source: any ByteSource, known: Digest? = nil) throws -> UnpackedLayer {
    let folder = "\(root)/.unpacking-\(ContainerID.random().short)"
    try checked("mkdir", folder) { mkdir(folder, 0o700) }
    do {
      try checked("mkdir", folder) { mkdir("\(folder)/diff", 0o755) }
      try checked("chmod", folder) { chmod("\(folder)/diff", 0o755) }
      let plain: any ByteSource
      let finish: () throws -> Digest
      if let known {
        plain = source
        finish = { known }
      } else {
        let digesting = DigestingSource(try DecompressingSource(source, limit: limits.bytes))
        plain = digesting
        finish = { try digesting.finish() }
      }
      let unpacker = try TreeUnpacker(plain, into: ExtractionRoot(path: "\(folder)/diff"), limits: limits)
      try unpacker.readEntries()
      let diffID = try finish()
      // Read trailing bytes, because the digest of the compressed archive includes them.
      try source.drain()
      try AtomicFile.write("\(folder)/size", Array("\(unpacker.size)".utf8), isDurable: false)
      return UnpackedLayer(folder: folder, diffID: diffID, size: unpacker.size, unpacker: UncheckedSendable(unpacker))
    } catch {
      try? TreeRemoval.remove(path: folder)
      throw error
    }
  }

  /// Completes an unpacked layer and moves it into the store. If the store already has the layer, it discards this one.
  ///
  /// - Parameter chainIDs: those of the layers below, bottom first, which must be in the store, and the layer's own.
  func commit(_ unpacked: UnpackedLayer, as chainIDs: [Digest]) throws {
    guard let chainID = chainIDs.last else { return try discard(unpacked) }
    do {
      try unpacked.unpacker.value.setFolderAttributes(lowerLayers: chainIDs.dropLast().reversed().map { diffPath($0) })
    } catch {
      try? discard(unpacked)
      throw error
    }
    if rename(unpacked.folder, "\(root)/\(chainID.hex)") == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw SystemCallError.last("rename", unpacked.folder) }
    try discard(unpacked)
  }

  func discard(_ unpacked: UnpackedLayer) throws {
    try TreeRemoval.remove(path: unpacked.folder)
  }

  /// Removes a layer from the store at once; ``emptyTrash()`` removes its files.
  func remove(_ chainID: Digest) throws {
    if rename("\(root)/\(chainID.hex)", newTrashPath) != 0, errno != ENOENT {
      throw SystemCallError.last("rename", chainID.hex)
    }
  }

  /// A new path in the trash.
  var newTrashPath: String { "\(root)/.removed-\(ContainerID.random().short)" }

  func emptyTrash() throws { try removeAll(prefix: ".removed-") }

  /// Removes what a killed engine left behind. Call it only while nothing is being unpacked.
  func removeLeftovers() throws { try removeAll(prefix: ".") }

  private func removeAll(prefix: String) throws {
    let folder = try OwnedDescriptor(path: root, flags: O_RDONLY | O_DIRECTORY)
    for name in try TreeRemoval.names(in: folder.number) where TreeRemoval.text(name).hasPrefix(prefix) {
      try TreeRemoval.remove(name, in: folder.number)
    }
  }

  func all() throws -> [Digest] {
    let folder = try OwnedDescriptor(path: root, flags: O_RDONLY | O_DIRECTORY)
    return try TreeRemoval.names(in: folder.number).compactMap { Digest(hex: TreeRemoval.text($0)) }
  }
}
