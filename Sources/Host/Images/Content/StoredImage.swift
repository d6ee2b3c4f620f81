/// An image that is on this host, its layers unpacked.
public struct StoredImage: Sendable, Hashable {
  /// The digest of its configuration document.
  public let id: Digest
  public let configuration: ImageConfiguration
  /// Bottom first.
  public let layers: [Layer]
  /// Names with a tag, and names with the digest of a manifest that a registry gave.
  public internal(set) var references: Set<ImageReference> = []
  let manifest: OCIDescriptor

  public struct Layer: Sendable, Hashable {
    /// The digest of the plain archive.
    public let digest: Digest
    /// Names it together with the layers beneath.
    public let chain: Digest
    /// Bytes of its files, unpacked.
    public let size: Int64
    /// The archive as it came, perhaps compressed.
    let blob: OCIDescriptor
  }

  /// Bytes of all layers, unpacked.
  public var size: Int64 { layers.reduce(0) { $0 + $1.size } }

  /// `busybox:latest`, in order.
  public var tags: [String] { references.filter { $0.tag != nil }.map(\.familiar).sorted() }

  /// `busybox@sha256:…`, in order.
  public var repositoryDigests: [String] { references.filter { $0.digest != nil }.map(\.familiar).sorted() }

  /// It has no name with a tag.
  public var isDangling: Bool { references.allSatisfy { $0.tag == nil } }

  /// All that it needs of the content store.
  var blobs: Set<Digest> { Set(layers.map(\.blob.digest)).union([id, manifest.digest]) }
}
