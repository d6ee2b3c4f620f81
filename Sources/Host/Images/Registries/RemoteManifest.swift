import EngineModel

/// A manifest or an index with the registry's original bytes.
struct RemoteManifest: Sendable {
  let bytes: [UInt8]
  let digest: Digest
  let kind: Kind
  let mediaType: String

  enum Kind: Sendable {
    case manifest(OCIManifest)
    case index(OCIIndex)
  }

  private struct Probe: Decodable {
    var schemaVersion: Int?
    var mediaType: String?
    var manifests: [Presence]?
    var config: Presence?

    /// Any JSON object: only its presence counts.
    struct Presence: Decodable {}
  }

  /// - Throws: `invalidParameter` for an unsupported format.
  init(_ bytes: [UInt8], of reference: ImageReference) throws(EngineError) {
    self.bytes = bytes
    digest = .of(bytes)
    let probe = try CanonicalJSON.decode(Probe.self, bytes, "manifest of \(reference.familiar)")
    if probe.schemaVersion == 1 {
      throw EngineError(
        .invalidParameter,
        "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed: "
          + "\(reference.familiar) must be pushed again in a newer format")
    }
    // A manifest without a media type is an OCI manifest.
    if probe.manifests != nil, probe.config == nil {
      kind = .index(try CanonicalJSON.decode(OCIIndex.self, bytes, "image index of \(reference.familiar)"))
      mediaType = probe.mediaType ?? OCIMediaType.index
    } else {
      kind = .manifest(try CanonicalJSON.decode(OCIManifest.self, bytes, "manifest of \(reference.familiar)"))
      mediaType = probe.mediaType ?? OCIMediaType.manifest
    }
  }
}
