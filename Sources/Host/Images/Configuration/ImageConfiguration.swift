public import EngineModel

/// The OCI image configuration.
public struct ImageConfiguration: Sendable, Hashable {
  public var architecture: String = ""
  public var variant: String = ""
  public var operatingSystem: String = "linux"
  public var created: Timestamp?
  public var author: String = ""
  public var comment: String = ""
  /// Defaults for containers of this image: command, entry point, environment, working folder, user, ports, volumes,
  /// labels, stop signal, health check, shell.
  public var container = ContainerConfiguration()
  /// Instructions for builds that use this image as their base (`ONBUILD`).
  public var onBuild: [String] = []
  /// Digests of the layers' uncompressed archives, bottom first (OCI `diff_ids`).
  public var diffIDs: [Digest] = []
  public var history: [HistoryEntry] = []

  /// One step of the image's history.
  public struct HistoryEntry: Sendable, Hashable {
    public var created: Timestamp?
    public var createdBy: String
    public var author: String
    public var comment: String
    /// The step changed only the configuration.
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

  /// The ChainID of each layer, bottom first.
  public var chainIDs: [Digest] { Digest.chainIDs(of: diffIDs) }
}
