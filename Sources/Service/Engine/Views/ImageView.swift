public import EngineModel

/// An image as lists and inspections show it.
public struct ImageView: Sendable {
  /// `sha256:…`, the digest of its configuration.
  public var id: String
  public var tags: [String]
  public var digests: [String]
  public var created: Timestamp?
  /// Unpacked size in bytes.
  public var size: Int64
  public var architecture: String
  public var variant: String
  public var operatingSystem: String
  public var author: String
  public var comment: String
  /// The configuration that its containers inherit.
  public var configuration: ContainerConfiguration
  /// Digests of the unpacked layers, bottom first.
  public var layers: [String]
  /// The number of containers that use it.
  public var containers: Int
  /// Instructions for builds that use it as a base (`ONBUILD`).
  public var triggers: [String] = []
  /// Bytes of layers that it shares with other images; `nil` unless requested.
  public var sharedSize: Int64?

  public init(
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
public enum ImageDeletion: Sendable, Hashable {
  case untagged(String)
  case deleted(String)
}
