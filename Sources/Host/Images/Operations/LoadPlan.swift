import EngineModel

/// What an archive of images holds: which files make which image, under which names.
struct LoadPlan {
  struct Image {
    var parts: ImageImporter.Parts
    var references: [ImageReference]
  }

  private(set) var images: [Image] = []

  /// Reads `manifest.json` (as `docker save` writes it) or, where there is none, `index.json` (OCI image layout).
  init(_ spool: ArchiveSpool) throws {
    if let manifest = try spool.document("manifest.json") {
      try read(manifest: manifest, spool)
    } else if let index = try spool.document("index.json") {
      let index = try CanonicalJSON.decode(OCIIndex.self, index, "index.json")
      for descriptor in index.manifests { try read(descriptor, names: nil, spool, depth: 0) }
    } else {
      throw EngineError(.invalidParameter, "invalid archive: does not contain a manifest.json")
    }
  }

  private struct SavedImage: Codable {
    var Config: String
    var RepoTags: [String]?
    var Layers: [String]?
  }

  private mutating func read(manifest: [UInt8], _ spool: ArchiveSpool) throws {
    for saved in try CanonicalJSON.decode([SavedImage].self, manifest, "manifest.json") {
      guard let configuration = try spool.document(saved.Config) else {
        throw EngineError(.invalidParameter, "invalid archive: \(saved.Config) is missing")
      }
      let layers = try (saved.Layers ?? []).map { path in
        guard let file = try spool.file(path) else {
          throw EngineError(.invalidParameter, "invalid archive: \(path) is missing")
        }
        return file
      }
      images.append(
        Image(
          parts: ImageImporter.Parts(configuration: configuration, layers: layers),
          references: try (saved.RepoTags ?? []).map { try ImageReference($0).withDefaultTag }))
    }
  }

  private mutating func read(
    _ descriptor: OCIDescriptor, names: [ImageReference]?, _ spool: ArchiveSpool, depth: Int
  ) throws {
    // A manifest about an image, and kinds that are not known here, are no images.
    if descriptor.annotations?[OCIAnnotation.referenceType] != nil { return }
    let names = names ?? Self.names(descriptor)
    switch descriptor.mediaType {
    case OCIMediaType.index, OCIMediaType.dockerIndex:
      guard depth < 4 else { throw EngineError(.invalidParameter, "invalid archive: indexes inside indexes") }
      let document = try document(descriptor, spool)
      let index = try CanonicalJSON.decode(OCIIndex.self, document, "image index")
      guard let fitting = try Self.fitting(index.manifests, spool) else {
        throw EngineError(.notFound, "the archive has no image for linux/\(Platform.architecture)")
      }
      try read(fitting, names: names, spool, depth: depth + 1)
    case OCIMediaType.manifest, OCIMediaType.dockerManifest:
      let document = try document(descriptor, spool)
      let manifest = try CanonicalJSON.decode(OCIManifest.self, document, "image manifest")
      let configuration = try self.document(manifest.config, spool)
      let layers = try manifest.layers.map { layer in
        guard let file = try spool.blob(layer.digest) else {
          throw EngineError(.invalidParameter, "invalid archive: blob \(layer.digest) is missing")
        }
        return file
      }
      images.append(
        Image(
          parts: ImageImporter.Parts(configuration: configuration, layers: layers, manifest: document),
          references: names))
    default: return
    }
  }

  private func document(_ descriptor: OCIDescriptor, _ spool: ArchiveSpool) throws -> [UInt8] {
    guard try spool.blob(descriptor.digest) != nil,
      let document = try spool.document("blobs/sha256/\(descriptor.digest.hex)")
    else { throw EngineError(.invalidParameter, "invalid archive: blob \(descriptor.digest) is missing") }
    return document
  }

  /// The full name if it is noted; otherwise the layout's own, unless that is a mere tag.
  private static func names(_ descriptor: OCIDescriptor) -> [ImageReference] {
    let annotations = descriptor.annotations ?? [:]
    if let full = annotations[OCIAnnotation.imageName], let reference = try? ImageReference(full) {
      return [reference.withDefaultTag]
    }
    if let name = annotations[OCIAnnotation.referenceName], name.contains(":") || name.contains("/"),
      let reference = try? ImageReference(name)
    {
      return [reference.withDefaultTag]
    }
    return []
  }

  /// Of images for several platforms, the one for this host that is in the archive.
  private static func fitting(_ manifests: [OCIDescriptor], _ spool: ArchiveSpool) throws -> OCIDescriptor? {
    let candidates = try manifests.filter { descriptor in
      try descriptor.annotations?[OCIAnnotation.referenceType] == nil && spool.blob(descriptor.digest) != nil
    }
    let exact = candidates.first { $0.platform?.os == "linux" && $0.platform?.architecture == Platform.architecture }
    return exact ?? candidates.first { $0.platform == nil }
  }
}

/// This host, in the words of image configurations.
public enum Platform {
  #if arch(x86_64)
    public static let architecture = "amd64"
  #elseif arch(arm64)
    public static let architecture = "arm64"
  #else
    public static let architecture = "unknown"
  #endif
}
