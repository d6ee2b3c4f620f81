import CLinux
import EngineModel
import Glibc
import Kernel
import Logging
import Synchronization

/// The images with their references, and everything that still needs a blob or a layer, so that the engine removes only
/// unreferenced content.
///
/// Only one thread changes the records. It writes the new index to the disk before others see it. Readers never wait
/// for the disk.
final class ImageDatabase: Sendable {
  struct State: Sendable {
    var records = ImageRecords()
    /// The ChainIDs of the layers of each container's root file system.
    var containers: [String: [Digest]] = [:]
    /// Blobs and layers that running operations need.
    var leases: [UInt64: Set<Digest>] = [:]
    var nextLease: UInt64 = 0

    /// Whether an image, a container or a lease refers to a layer.
    func isLayerReferenced(_ chainID: Digest) -> Bool {
      containers.values.contains { $0.contains(chainID) } || leases.values.contains { $0.contains(chainID) }
        || records.images.values.contains { $0.layers.contains { $0.chainID == chainID } }
    }

    func isBlobReferenced(_ digest: Digest) -> Bool {
      leases.values.contains { $0.contains(digest) } || records.images.values.contains { $0.blobs.contains(digest) }
    }
  }

  let content: ContentStore
  let layers: LayerStore
  let logger: Logger
  private let thread: SerialThread
  private let state = Mutex(State())
  private let reserve: SpaceReserve?

  /// - Parameter reserve: space for the index on a full disk.
  init(content: ContentStore, layers: LayerStore, reserve: SpaceReserve? = nil, logger: Logger) throws {
    self.reserve = reserve
    self.content = content
    self.layers = layers
    self.logger = logger
    thread = try SerialThread("image-records")
  }

  var records: ImageRecords { state.withLock { $0.records } }

  private var indexPath: String { "\(content.root)/index.json" }

  /// Reads the index. It logs and skips an image whose documents are missing or damaged.
  func load() throws {
    guard access(indexPath, F_OK) == 0 else { return }
    let index = try CanonicalJSON.decode(
      OCIIndex.self, try AtomicFile.read(indexPath, limit: 64 << 20), "image index \(indexPath)")
    var records = ImageRecords()
    for descriptor in index.manifests {
      do {
        let image = try image(manifest: descriptor)
        records.add(image)
        if let name = descriptor.annotations?[OCIAnnotation.imageName] {
          records.assign(try ImageReference(name), to: image.id)
        }
      } catch {
        logger.error(
          "an image of the index cannot be read", metadata: ["manifest": "\(descriptor.digest)", "error": "\(error)"])
      }
    }
    state.withLock { $0.records = records }
  }

  /// Builds the image's value from its manifest, its configuration and the sizes of its unpacked layers.
  func image(manifest descriptor: OCIDescriptor) throws -> StoredImage {
    let manifest = try CanonicalJSON.decode(
      OCIManifest.self, try content.document(descriptor.digest), "image manifest")
    let configuration = try ImageConfiguration(json: try content.document(manifest.config.digest))
    guard configuration.diffIDs.count == manifest.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.diffIDs.count), got \(manifest.layers.count)"
      )
    }
    var bareDescriptor = descriptor
    bareDescriptor.annotations = nil
    return StoredImage(
      id: manifest.config.digest, configuration: configuration,
      layers: zip(zip(configuration.diffIDs, configuration.chainIDs), manifest.layers).map { ids, blob in
        StoredImage.Layer(diffID: ids.0, chainID: ids.1, size: layers.size(ids.1), blob: blob)
      }, manifest: bareDescriptor)
  }

  /// Runs work on the thread that changes the records. Nothing is removed meanwhile.
  func exclusively<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await thread.run(body)
  }

  /// Changes the records, on the disk first. Call it inside ``exclusively(_:)``.
  func update<T>(_ change: (inout ImageRecords) throws -> T) throws -> T {
    let before = records
    var after = before
    let result = try change(&after)
    if after != before {
      let (path, bytes) = (indexPath, try CanonicalJSON.encode(after.index))
      if let reserve {
        try reserve.withSpace { try AtomicFile.write(path, bytes, isDurable: true) }
      } else {
        try AtomicFile.write(path, bytes, isDurable: true)
      }
      state.withLock { $0.records = after }
    }
    return result
  }

  /// Protects content from removal until the lease ends. Call it inside ``exclusively(_:)``.
  func lease(_ digests: Set<Digest>) -> UInt64 {
    state.withLock { state in
      state.nextLease += 1
      state.leases[state.nextLease] = digests
      return state.nextLease
    }
  }

  /// Ends a lease and removes the content that only it protected. Call it inside ``exclusively(_:)``.
  func endLease(_ lease: UInt64) throws {
    let digests = state.withLock { $0.leases.removeValue(forKey: lease) ?? [] }
    try sweep(layers: digests, blobs: digests)
  }

  /// Removes the content in these lists that nothing refers to. Call it inside ``exclusively(_:)``.
  ///
  /// - Returns: the ChainIDs of the removed layers.
  @discardableResult
  func sweep(layers chainIDs: some Sequence<Digest>, blobs: some Sequence<Digest>) throws -> [Digest] {
    let (unneeded, unneededBlobs) = state.withLock { state in
      (chainIDs.filter { !state.isLayerReferenced($0) }, blobs.filter { !state.isBlobReferenced($0) })
    }
    var removed: [Digest] = []
    for chainID in unneeded where layers.contains(chainID) {
      try layers.remove(chainID)
      removed.append(chainID)
    }
    for digest in unneededBlobs { try content.remove(digest) }
    return removed
  }

  // MARK: Containers

  /// Records that a container uses an image's layers.
  ///
  /// - Throws: `notFound` if the image was removed.
  func retainLayers(of image: Digest, for container: String) throws(EngineError) -> [Digest] {
    let chainIDs = state.withLock { state -> [Digest]? in
      guard let image = state.records.images[image] else { return nil }
      state.containers[container] = image.layers.map(\.chainID)
      return state.containers[container]
    }
    guard let chainIDs else { throw EngineError(.notFound, "No such image: \(image)") }
    return chainIDs
  }

  func retain(_ chainIDs: [Digest], for container: String) {
    state.withLock { $0.containers[container] = chainIDs }
  }

  /// The ChainIDs of a container's layers, bottom first; `nil` if it has no root file system here.
  func layers(of container: String) -> [Digest]? { state.withLock { $0.containers[container] } }

  /// Forgets a container.
  ///
  /// - Returns: the ChainIDs that nothing refers to any more.
  func releaseLayers(of container: String) -> [Digest] {
    state.withLock { state in
      guard let chainIDs = state.containers.removeValue(forKey: container) else { return [] }
      return chainIDs.filter { !state.isLayerReferenced($0) }
    }
  }
}
