import CLinux
import EngineModel
import Glibc
import Kernel

/// Unpacked layers, each once, shared by all images and containers: `<root>/<chain digits>/diff`.
///
/// A layer's folder appears whole, by renaming, or not at all. All calls block.
struct LayerStore: Sendable {
  let root: String
  let limits: ArchiveLimits

  func prepare() throws {
    // Images' set-user-id programs must not be within reach of the host's users.
    try makeDirectories(root, mode: 0o700)
  }

  /// Where a layer's files are; `chain` names it together with those beneath.
  func diff(_ chain: Digest) -> String { "\(root)/\(chain.hex)/diff" }

  func contains(_ chain: Digest) -> Bool { access("\(root)/\(chain.hex)", F_OK) == 0 }

  /// Bytes of all its files, as counted when it was unpacked.
  func size(_ chain: Digest) -> Int64 {
    guard let text = try? readFile("\(root)/\(chain.hex)/size") else { return 0 }
    return Int64(text) ?? 0
  }

  /// A layer that is unpacked but has not its name yet.
  struct Unpacked: Sendable {
    let folder: String
    let digest: Digest
    let size: Int64
    /// Folders that the archive takes for granted have not their attributes yet.
    fileprivate let tree: Handover<TreeUnpacking>
  }

  /// Unpacks an archive, compressed or not, to a place of its own. What lies beneath need not be there yet.
  ///
  /// - Parameters:
  ///   - known: the archive is plain and was digested before: it is not done again.
  /// - Returns: with the digest of the plain archive. The caller compares it, and then calls ``keep(_:as:)`` or
  ///   ``discard(_:)``.
  func unpack(_ source: any ByteSource, known: Digest? = nil) throws -> Unpacked {
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
      let unpacking = try TreeUnpacking(plain, into: RootFolder(path: "\(folder)/diff"), limits: limits)
      try unpacking.readEntries()
      let digest = try finish()
      // What follows the compressed data has to go through the hands of those who digest that.
      try source.drain()
      try SafeFile.write("\(folder)/size", Array("\(unpacking.size)".utf8), isDurable: false)
      return Unpacked(folder: folder, digest: digest, size: unpacking.size, tree: Handover(unpacking))
    } catch {
      try? TreeRemoval.remove(path: folder)
      throw error
    }
  }

  /// Puts an unpacked layer on those beneath it and gives it its name. Another that got it first is kept instead.
  ///
  /// - Parameter chain: the names of the layers beneath, bottom first, which are there, and its own.
  func keep(_ unpacked: Unpacked, as chain: [Digest]) throws {
    guard let name = chain.last else { return try discard(unpacked) }
    do {
      try unpacked.tree.value.settle(on: chain.dropLast().reversed().map { diff($0) })
    } catch {
      try? discard(unpacked)
      throw error
    }
    if rename(unpacked.folder, "\(root)/\(name.hex)") == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw SystemCallError.last("rename", unpacked.folder) }
    try discard(unpacked)
  }

  func discard(_ unpacked: Unpacked) throws {
    try TreeRemoval.remove(path: unpacked.folder)
  }

  /// Takes a layer's name away at once; its files are removed by ``emptyTrash()``.
  func remove(_ chain: Digest) throws {
    if rename("\(root)/\(chain.hex)", newTrash) != 0, errno != ENOENT {
      throw SystemCallError.last("rename", chain.hex)
    }
  }

  /// Where to move what ``emptyTrash()`` shall remove.
  var newTrash: String { "\(root)/.removed-\(ContainerID.random().short)" }

  func emptyTrash() throws { try removeAll(prefix: ".removed-") }

  /// Removes what an engine that was killed has left behind. Only when nothing is being unpacked.
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
