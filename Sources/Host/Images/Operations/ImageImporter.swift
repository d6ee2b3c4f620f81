import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Takes one image's files into the store: blobs under their digests, layers unpacked and compared with what the
/// configuration says they are.
struct ImageImporter: Sendable {
  let catalogue: ImageIndex
  let pace: UnpackingPace

  /// What an image is made of, before it is in the store.
  struct Parts: Sendable {
    var configuration: [UInt8]
    var layers: [ArchiveSpool.File]
    /// As a registry has it; `nil`: one is made.
    var manifest: [UInt8]?

    /// Under these names it will need content.
    func needs() throws(EngineError) -> Set<Digest> {
      let parsed = try ImageConfiguration(json: configuration)
      var needs = Set(layers.map(\.digest)).union(parsed.chain)
      needs.insert(.of(configuration))
      needs.insert(.of(try manifestDocument()))
      return needs
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

  /// - Precondition: what the parts need is leased.
  func add(_ parts: Parts) async throws -> StoredImage {
    let configuration = try ImageConfiguration(json: parts.configuration)
    guard configuration.layers.count == parts.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.layers.count), got \(parts.layers.count)")
    }
    let content = catalogue.content
    let layers = try await onDedicatedThread("image") {
      try zip(parts.layers, configuration.layers).map { file, digest in
        // The same archive may be there already, or come twice in one image.
        let isNew = content.size(file.digest) != file.size
        if isNew { try content.adopt(file.path, as: file.digest) }
        return LayerStack.Layer(archive: file.digest, size: file.size, digest: digest, isNew: isNew)
      }
    }
    let stack = LayerStack(layers, chain: configuration.chain, catalogue: catalogue, pace: pace)
    layers.indices.forEach(stack.arrived)
    try await stack.take(Array(layers.indices))
    let catalogue = catalogue
    return try await onDedicatedThread("image") {
      try content.add(parts.configuration)
      let manifest = try parts.manifestDocument()
      let digest = try content.add(manifest)
      let type = try CanonicalJSON.decode(OCIManifest.self, manifest, "image manifest").mediaType
      return try catalogue.image(
        manifest: OCIDescriptor(
          mediaType: type ?? OCIMediaType.manifest, digest: digest, size: Int64(manifest.count)))
    }
  }

  /// Brings all that was written to the disk, so that the index never names what a power failure may take.
  func synchronize() async throws {
    let catalogue = catalogue
    try await onDedicatedThread("synchronizing") { try Self.synchronize(catalogue) }
  }

  /// The same for whoever is on a thread of its own.
  static func synchronize(_ catalogue: ImageIndex) throws {
    var written: Set<UInt64> = []
    for folder in [catalogue.content.root, catalogue.layers.root] {
      let file = try OwnedDescriptor(path: folder, flags: O_RDONLY | O_DIRECTORY)
      var status = stat()
      try checked("fstat", folder) { fstat(file.number, &status) }
      guard written.insert(UInt64(status.st_dev)).inserted else { continue }
      try checked("syncfs", folder) { linux_syncfs(file.number) }
    }
  }
}
