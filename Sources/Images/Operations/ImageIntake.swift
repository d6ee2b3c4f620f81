import CArchive
import CLinux
import EngineModel
import Glibc
import Kernel

/// Takes one image's files into the store: blobs under their digests, layers unpacked and compared with what the
/// configuration says they are. For a dedicated thread.
struct ImageIntake {
  let catalogue: ImageCatalogue

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
  func add(_ parts: Parts) throws -> StoredImage {
    let configuration = try ImageConfiguration(json: parts.configuration)
    guard configuration.layers.count == parts.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.layers.count), got \(parts.layers.count)")
    }
    let chain = configuration.chain
    for (index, file) in parts.layers.enumerated() {
      try add(file, digest: configuration.layers[index], chain: Array(chain[...index]), index)
    }
    try catalogue.content.add(parts.configuration)
    let manifest = try parts.manifestDocument()
    let digest = try catalogue.content.add(manifest)
    let type = try CanonicalJSON.decode(OCIManifest.self, manifest, "image manifest").mediaType
    return try catalogue.image(
      manifest: OCIDescriptor(
        mediaType: type ?? OCIMediaType.manifest, digest: digest, size: Int64(manifest.count)))
  }

  /// Takes one layer in; those beneath it are there.
  ///
  /// - Parameters:
  ///   - chain: up to and with this layer.
  ///   - progress: is told how many bytes of the archive were read.
  func add(
    _ file: ArchiveSpool.File, digest: Digest, chain: [Digest], _ index: Int,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws {
    guard let name = chain.last else { return }
    let (content, layers) = (catalogue.content, catalogue.layers)
    // The same archive may be there already, or come twice in one image.
    let isKnown = content.size(file.digest) == file.size
    let path = isKnown ? content.path(file.digest) : file.path
    func verify(_ actual: Digest) throws {
      guard actual == digest else {
        throw EngineError(
          .invalidParameter, "invalid diffID for layer \(index): expected \"\(digest)\", got \"\(actual)\"")
      }
    }
    if !layers.contains(name) {
      let unpacked = try layers.unpack(
        ObservedSource(try DescriptorSource(path: path), progress), beneath: Array(chain.dropLast()),
        known: file.digest == digest ? digest : nil)
      do {
        try verify(unpacked.digest)
      } catch {
        try? layers.discard(unpacked)
        throw error
      }
      try layers.keep(unpacked, as: name)
    } else if !isKnown, file.digest != digest {
      let plain = DigestingSource(try DecompressingSource(DescriptorSource(path: path), limit: layers.limits.bytes))
      try verify(try plain.finish())
    }
    if !isKnown { try content.adopt(file.path, as: file.digest) }
  }

  /// Brings all that was written to the disk, so that the index never names what a power failure may take.
  func synchronize() throws {
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
