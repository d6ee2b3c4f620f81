import EngineModel

/// A manifest or an index, byte for byte as a registry has it.
struct RemoteDocument: Sendable {
  let bytes: [UInt8]
  let digest: Digest
  let kind: Kind
  let mediaType: String

  enum Kind: Sendable {
    case manifest(OCIManifest)
    case index(OCIIndex)
  }

  private struct Form: Decodable {
    var schemaVersion: Int?
    var mediaType: String?
    var manifests: [Something]?
    var config: Something?

    struct Something: Decodable {}
  }

  /// - Throws: `invalidParameter` for what is none of the forms that Docker takes.
  init(_ bytes: [UInt8], of reference: ImageReference) throws(EngineError) {
    self.bytes = bytes
    digest = .of(bytes)
    let form = try CanonicalJSON.decode(Form.self, bytes, "manifest of \(reference.familiar)")
    if form.schemaVersion == 1 {
      throw EngineError(
        .invalidParameter,
        "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed: "
          + "\(reference.familiar) has to be pushed again in a newer form")
    }
    // An artifact's manifest without a type of its own is one of the OCI's.
    if form.manifests != nil, form.config == nil {
      kind = .index(try CanonicalJSON.decode(OCIIndex.self, bytes, "image index of \(reference.familiar)"))
      mediaType = form.mediaType ?? OCIMediaType.index
    } else {
      kind = .manifest(try CanonicalJSON.decode(OCIManifest.self, bytes, "manifest of \(reference.familiar)"))
      mediaType = form.mediaType ?? OCIMediaType.manifest
    }
  }
}
