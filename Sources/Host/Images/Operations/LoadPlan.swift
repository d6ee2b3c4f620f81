import EngineModel

/// The images of an archive: the files and references of each.
struct LoadPlan {
  struct Image {
    var contents: ImageIngester.Contents
    var references: [ImageReference]
  }

  private(set) var images: [Image] = []

  /// Reads `manifest.json` (Docker's format) or, without it, `index.json` (OCI image layout).
  init(_ staging: StagingFolder) throws {
    if let manifest = try staging.document("manifest.json") {
      try read(manifest: manifest, staging)
    } else if let index = try staging.document("index.json") {
      let index = try CanonicalJSON.decode(OCIIndex.self, index, "index.json")
      for descriptor in index.manifests { try read(descriptor, names: nil, staging, depth: 0) }
    } else {
      throw EngineError(.invalidParameter, "invalid archive: does not contain a manifest.json")
    }
  }

  private struct SavedImage: Codable {
    var Config: String
    var RepoTags: [String]?
    var Layers: [String]?
  }

  private mutating func read(manifest: [UInt8], _ staging: StagingFolder) throws {
    for saved in try CanonicalJSON.decode([SavedImage].self, manifest, "manifest.json") {
      guard let configuration = try staging.document(saved.Config) else {
        throw EngineError(.invalidParameter, "invalid archive: \(saved.Config) is missing")
      }
      let layers = try (saved.Layers ?? []).map { path in
        guard let file = try staging.file(path) else {
          throw EngineError(.invalidParameter, "invalid archive: \(path) is missing")
        }
        return file
      }
      images.append(
        Image(
          contents: ImageIngester.Contents(configuration: configuration, layers: layers),
          references: try (saved.RepoTags ?? []).map { try ImageReference($0).withDefaultTag }))
    }
  }

  private mutating func read(
    _ descriptor: OCIDescriptor, names: [ImageReference]?, _ staging: StagingFolder, depth: Int
  ) throws {
    // Skip attestations and unknown media types.
    if descriptor.annotations?[OCIAnnotation.referenceType] != nil { return }
    let names = names ?? Self.names(descriptor)
    switch descriptor.mediaType {
    case OCIMediaType.index, OCIMediaType.dockerIndex:
      guard depth < 4 else { throw EngineError(.invalidParameter, "invalid archive: indexes inside indexes") }
      let document = try document(descriptor, staging)
      let index = try CanonicalJSON.decode(OCIIndex.self, document, "image index")
      guard let fitting = try Self.fitting(index.manifests, staging) else {
        throw EngineError(.notFound, "the archive has no image for linux/\(Platform.architecture)")
      }
      try read(fitting, names: names, staging, depth: depth + 1)
    case OCIMediaType.manifest, OCIMediaType.dockerManifest:
      let document = try document(descriptor, staging)
      let manifest = try CanonicalJSON.decode(OCIManifest.self, document, "image manifest")
      let configuration = try self.document(manifest.config, staging)
      let layers = try manifest.layers.map { layer in
        guard let file = try staging.blob(layer.digest) else {
          throw EngineError(.invalidParameter, "invalid archive: blob \(layer.digest) is missing")
        }
        return file
      }
      images.append(
        Image(
          contents: ImageIngester.Contents(configuration: configuration, layers: layers, manifest: document),
          references: names))
    default: return
    }
  }

  private func document(_ descriptor: OCIDescriptor, _ staging: StagingFolder) throws -> [UInt8] {
    guard try staging.blob(descriptor.digest) != nil,
      let document = try staging.document("blobs/sha256/\(descriptor.digest.hex)")
    else { throw EngineError(.invalidParameter, "invalid archive: blob \(descriptor.digest) is missing") }
    return document
  }

  /// The full reference if there is one; otherwise the layout's own name, unless that is only a tag.
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

  /// Of images for several platforms, the one for this host.
  private static func fitting(_ manifests: [OCIDescriptor], _ staging: StagingFolder) throws -> OCIDescriptor? {
    let candidates = try manifests.filter { descriptor in
      try descriptor.annotations?[OCIAnnotation.referenceType] == nil && staging.blob(descriptor.digest) != nil
    }
    let exact = candidates.first { $0.platform?.os == "linux" && $0.platform?.architecture == Platform.architecture }
    return exact ?? candidates.first { $0.platform == nil }
  }
}
