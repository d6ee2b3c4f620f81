package import EngineModel

/// The OCI image configuration.
package struct ImageConfiguration: Sendable, Hashable {
  package var architecture: String = ""
  package var variant: String = ""
  package var operatingSystem: String = "linux"
  package var created: Timestamp?
  package var author: String = ""
  package var comment: String = ""
  /// Defaults for containers of this image: command, entry point, environment, working folder, user, ports, volumes,
  /// labels, stop signal, health check, shell.
  package var container = ContainerConfiguration()
  /// Instructions for builds that use this image as their base (`ONBUILD`).
  package var onBuild: [String] = []
  /// Digests of the layers' uncompressed archives, bottom first (OCI `diff_ids`).
  package var diffIDs: [Digest] = []
  package var history: [HistoryEntry] = []

  /// One step of the image's history.
  package struct HistoryEntry: Sendable, Hashable {
    package var created: Timestamp?
    package var createdBy: String
    package var author: String
    package var comment: String
    /// The step changed only the configuration.
    package var isEmptyLayer: Bool

    package init(
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

  package init() {}

  /// The ChainID of each layer, bottom first.
  package var chainIDs: [Digest] { Digest.chainIDs(of: diffIDs) }
}
