/// What a registry has behind a reference (Docker API: `DistributionInspect`).
package struct DistributionInspection: Sendable, Hashable {
  package var mediaType: String
  package var digest: Digest
  /// The size of the manifest or index document in bytes.
  package var size: Int64
  package var platforms: [RequestedPlatform]

  package init(mediaType: String, digest: Digest, size: Int64, platforms: [RequestedPlatform]) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.platforms = platforms
  }
}
