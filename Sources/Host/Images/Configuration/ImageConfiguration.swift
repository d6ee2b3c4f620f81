public import EngineModel

/// What an image says of itself (OCI image configuration).
public struct ImageConfiguration: Sendable, Hashable {
  public var architecture: String = ""
  public var variant: String = ""
  public var operatingSystem: String = "linux"
  public var created: Timestamp?
  public var author: String = ""
  public var comment: String = ""
  /// What a container made from it starts with: command, entry point, environment, working folder, user, ports,
  /// volumes, labels, stop signal, health check, shell.
  public var container = ContainerConfiguration()
  /// Instructions for builds that stand on it (`ONBUILD`).
  public var triggers: [String] = []
  /// Digests of the unpacked layers' archives, bottom first.
  public var layers: [Digest] = []
  public var history: [Step] = []

  /// One instruction that made the image.
  public struct Step: Sendable, Hashable {
    public var created: Timestamp?
    public var createdBy: String
    public var author: String
    public var comment: String
    /// It changed the configuration alone.
    public var isEmptyLayer: Bool

    public init(
      created: Timestamp? = nil, createdBy: String = "", author: String = "", comment: String = "",
      isEmptyLayer: Bool = false
    ) {
      self.created = created
      self.createdBy = createdBy
      self.author = author
      self.comment = comment
      self.isEmptyLayer = isEmptyLayer
    }
  }

  public init() {}

  /// What every layer is called together with those beneath it, bottom first.
  public var chain: [Digest] { Digest.chain(of: layers) }
}
