package import EngineModel

/// An image as lists and inspections show it.
package struct ImageView: Sendable {
  /// `sha256:…`, the digest of its configuration.
  package var id: String
  package var tags: [String]
  package var digests: [String]
  package var created: Timestamp?
  /// Unpacked size in bytes.
  package var size: Int64
  package var architecture: String
  package var variant: String
  package var operatingSystem: String
  package var author: String
  package var comment: String
  /// The configuration that its containers inherit.
  package var configuration: ContainerConfiguration
  /// Digests of the unpacked layers, bottom first.
  package var layers: [String]
  /// The number of containers that use it.
  package var containers: Int
  /// Instructions for builds that use it as a base (`ONBUILD`).
  package var triggers: [String] = []
  /// Bytes of layers that it shares with other images; `nil` unless requested.
  package var sharedSize: Int64?

  package init(
    id: String, tags: [String] = [], digests: [String] = [], created: Timestamp? = nil, size: Int64 = 0,
    architecture: String = "", variant: String = "", operatingSystem: String = "linux", author: String = "",
    comment: String = "", configuration: ContainerConfiguration = ContainerConfiguration(), layers: [String] = [],
    containers: Int = 0
  ) {
    self.id = id
    self.tags = tags
    self.digests = digests
    self.created = created
    self.size = size
    self.architecture = architecture
    self.variant = variant
    self.operatingSystem = operatingSystem
    self.author = author
    self.comment = comment
    self.configuration = configuration
    self.layers = layers
    self.containers = containers
  }
}

/// One step of an image's removal.
package enum ImageDeletion: Sendable, Hashable {
  case untagged(String)
  case deleted(String)
}
