import EngineModel

/// The documents of an OCI image layout (OCI image spec: "Image Layout", "Image Manifest", "Image Index"), with the
/// spec's names.
struct OCIDescriptor: Codable, Hashable, Sendable {
  var mediaType: String
  var digest: Digest
  var size: Int64
  var annotations: [String: String]?
  var platform: OCIPlatform?
}

struct OCIPlatform: Codable, Hashable, Sendable {
  var architecture: String?
  var os: String?
  var variant: String?
}

struct OCIManifest: Codable, Hashable, Sendable {
  var schemaVersion = 2
  var mediaType: String? = OCIMediaType.manifest
  var config: OCIDescriptor
  var layers: [OCIDescriptor]
  var annotations: [String: String]?
}

struct OCIIndex: Codable, Hashable, Sendable {
  var schemaVersion = 2
  var mediaType: String? = OCIMediaType.index
  var manifests: [OCIDescriptor]
}

struct OCILayoutFile: Codable, Sendable {
  var imageLayoutVersion = "1.0.0"
}

enum OCIMediaType {
  static let index = "application/vnd.oci.image.index.v1+json"
  static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"
  static let manifest = "application/vnd.oci.image.manifest.v1+json"
  static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
  static let configuration = "application/vnd.oci.image.config.v1+json"
  static let dockerConfiguration = "application/vnd.docker.container.image.v1+json"
  static let layer = "application/vnd.oci.image.layer.v1.tar"
}

enum OCIAnnotation {
  /// The tag alone, as in the OCI layout.
  static let referenceName = "org.opencontainers.image.ref.name"
  /// The full name, as containerd and Docker write it.
  static let imageName = "io.containerd.image.name"
  /// `attestation-manifest`: a manifest that is not an image.
  static let referenceType = "vnd.docker.reference.type"
}
