import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Stores one image's content: moves blobs to the content store, unpacks layers, and verifies them against the
/// configuration's DiffIDs.
struct ImageIngester: Sendable {
  let database: ImageDatabase
  let unpackLimiter: UnpackLimiter

  /// The content of an image before it is in the store.
  struct Contents: Sendable {
    var configuration: [UInt8]
    var layers: [StagingFolder.File]
    /// The registry's manifest; `nil`: the store writes one.
    var manifest: [UInt8]?

    /// The digests of every blob and layer that the image needs.
    func requiredContent() throws(EngineError) -> Set<Digest> {
      let parsed = try ImageConfiguration(json: configuration)
      var digests = Set(layers.map(\.digest)).union(parsed.chainIDs)
      digests.insert(.of(configuration))
      digests.insert(.of(try manifestDocument()))
      return digests
    }

    func manifestDocument() throws(EngineError) -> [UInt8] {
      if let manifest { return manifest }
      return try CanonicalJSON.encode(
        OCIManifest(
          config: OCIDescriptor(
            mediaType: OCIMediaType.configuration, digest: .of(configuration), size: Int64(configuration.count)),
          layers: layers.map { OCIDescriptor(mediaType: OCIMediaType.layer, digest: $0.digest, size: $0.size) }))
    }
  }

  /// - Precondition: ``Contents/requiredContent()`` is leased.
  func add(_ contents: Contents) async throws -> StoredImage {
    let configuration = try ImageConfiguration(json: contents.configuration)
    guard configuration.diffIDs.count == contents.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.diffIDs.count), got \(contents.layers.count)"
      )
    }
    let content = database.content
    let layers = try await onDedicatedThread("image") {
      try zip(contents.layers, configuration.diffIDs).map { file, diffID in
        // The store may have the archive already, and one image may contain it twice.
        let isNew = content.size(file.digest) != file.size
        if isNew { try content.adopt(file.path, as: file.digest) }
        return LayerUnpacker.Layer(blob: file.digest, size: file.size, diffID: diffID, isNew: isNew)
      }
    }
    let unpacker = LayerUnpacker(
      layers, chainIDs: configuration.chainIDs, database: database, unpackLimiter: unpackLimiter)
    layers.indices.forEach(unpacker.blobIsStored)
    try await unpacker.unpack(Array(layers.indices))
    let database = database
    return try await onDedicatedThread("image") {
      try content.add(contents.configuration)
      let manifest = try contents.manifestDocument()
      let digest = try content.add(manifest)
      let type = try CanonicalJSON.decode(OCIManifest.self, manifest, "image manifest").mediaType
      return try database.image(
        manifest: OCIDescriptor(
          mediaType: type ?? OCIMediaType.manifest, digest: digest, size: Int64(manifest.count)))
    }
  }

  /// Flushes all writes to the disk, so that the index never names content that a power failure could lose.
  func synchronize() async throws {
    let database = database
    try await onDedicatedThread("synchronizing") { try Self.synchronize(database) }
  }

  /// The same on the calling thread, which blocks.
  static func synchronize(_ database: ImageDatabase) throws {
    var written: Set<UInt64> = []
    for folder in [database.content.root, database.layers.root] {
      let file = try OwnedDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY)
      var status = stat()
      try checked("fstat", folder) { fstat(file.number, &status) }
      guard written.insert(UInt64(status.st_dev)).inserted else { continue }
      try checked("syncfs", folder) { linux_syncfs(file.number) }
    }
  }
}
