package import EngineModel

/// An image in the store, with unpacked layers.
package struct StoredImage: Sendable, Hashable {
  /// The digest of its configuration.
  package let id: Digest
  package let configuration: ImageConfiguration
  /// Bottom first.
  package let layers: [Layer]
  /// References with a tag, and references with the digest of a registry's manifest.
  package internal(set) var references: Set<ImageReference> = []
  let manifest: OCIDescriptor

  package struct Layer: Sendable, Hashable {
    /// The digest of the uncompressed archive (OCI DiffID).
    package let diffID: Digest
    /// Identifies the layer together with the layers below it (OCI ChainID).
    package let chainID: Digest
    /// Bytes of its unpacked files.
    package let size: Int64
    /// The archive as received, compressed or not.
    let blob: OCIDescriptor
  }

  /// Bytes of all layers' unpacked files.
  package var size: Int64 { layers.reduce(0) { $0 + $1.size } }

  /// `busybox:latest`, sorted.
  package var tags: [String] { references.filter { $0.tag != nil }.map(\.familiar).sorted() }

  /// `busybox@sha256:…`, sorted.
  package var repositoryDigests: [String] { references.filter { $0.digest != nil }.map(\.familiar).sorted() }

  /// Whether it has no tag.
  package var isDangling: Bool { references.allSatisfy { $0.tag == nil } }

  /// Every blob that it needs.
  var blobs: Set<Digest> { Set(layers.map(\.blob.digest)).union([id, manifest.digest]) }
}
