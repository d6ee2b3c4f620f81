/// An image in the store, with unpacked layers.
public struct StoredImage: Sendable, Hashable {
  /// The digest of its configuration.
  public let id: Digest
  public let configuration: ImageConfiguration
  /// Bottom first.
  public let layers: [Layer]
  /// References with a tag, and references with the digest of a registry's manifest.
  public internal(set) var references: Set<ImageReference> = []
  let manifest: OCIDescriptor

  public struct Layer: Sendable, Hashable {
    /// The digest of the uncompressed archive (OCI DiffID).
    public let diffID: Digest
    /// Identifies the layer together with the layers below it (OCI ChainID).
    public let chainID: Digest
    /// Bytes of its unpacked files.
    public let size: Int64
    /// The archive as received, compressed or not.
    let blob: OCIDescriptor
  }

  /// Bytes of all layers' unpacked files.
  public var size: Int64 { layers.reduce(0) { $0 + $1.size } }

  /// `busybox:latest`, sorted.
  public var tags: [String] { references.filter { $0.tag != nil }.map(\.familiar).sorted() }

  /// `busybox@sha256:…`, sorted.
  public var repositoryDigests: [String] { references.filter { $0.digest != nil }.map(\.familiar).sorted() }

  /// Whether it has no tag.
  public var isDangling: Bool { references.allSatisfy { $0.tag == nil } }

  /// Every blob that it needs.
  var blobs: Set<Digest> { Set(layers.map(\.blob.digest)).union([id, manifest.digest]) }
}
