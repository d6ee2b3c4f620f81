import CLinux
import EngineModel
import Glibc
import Kernel
import Logging
import Synchronization

/// The images' names together with who needs which content, so that nothing that is needed is ever removed.
///
/// Names change on one thread only, which first writes the new index and then lets it be seen; reading never waits for
/// the disk.
final class ImageIndex: Sendable {
  struct State: Sendable {
    var names = ImageNames()
    /// The layers of each container's root file system.
    var containers: [String: [Digest]] = [:]
    /// Blobs and layers that work under way counts on.
    var leases: [UInt64: Set<Digest>] = [:]
    var nextLease: UInt64 = 0

    /// Whether anything needs a layer.
    func needsLayer(_ chain: Digest) -> Bool {
      containers.values.contains { $0.contains(chain) } || leases.values.contains { $0.contains(chain) }
        || names.images.values.contains { $0.layers.contains { $0.chain == chain } }
    }

    func needsBlob(_ digest: Digest) -> Bool {
      leases.values.contains { $0.contains(digest) } || names.images.values.contains { $0.blobs.contains(digest) }
    }
  }

  let content: ContentStore
  let layers: LayerStore
  let logger: Logger
  private let thread: SerialThread
  private let state = Mutex(State())

  init(content: ContentStore, layers: LayerStore, logger: Logger) throws {
    self.content = content
    self.layers = layers
    self.logger = logger
    thread = try SerialThread("image names")
  }

  var names: ImageNames { state.withLock { $0.names } }

  private var indexPath: String { "\(content.root)/index.json" }

  /// Reads the index; an image whose documents are missing or damaged is left out, and the log says so.
  func load() throws {
    guard access(indexPath, F_OK) == 0 else { return }
    let index = try CanonicalJSON.decode(
      OCIIndex.self, try SafeFile.read(indexPath, limit: 64 << 20), "image index \(indexPath)")
    var names = ImageNames()
    for descriptor in index.manifests {
      do {
        let image = try image(manifest: descriptor)
        names.add(image)
        if let name = descriptor.annotations?[OCIAnnotation.imageName] {
          names.name(image.id, try ImageReference(name))
        }
      } catch {
        logger.error(
          "an image of the index cannot be read", metadata: ["manifest": "\(descriptor.digest)", "error": "\(error)"])
      }
    }
    state.withLock { $0.names = names }
  }

  /// Puts an image together from its manifest and what is unpacked.
  func image(manifest descriptor: OCIDescriptor) throws -> StoredImage {
    let manifest = try CanonicalJSON.decode(
      OCIManifest.self, try content.document(descriptor.digest), "image manifest")
    let configuration = try ImageConfiguration(json: try content.document(manifest.config.digest))
    guard configuration.layers.count == manifest.layers.count else {
      throw EngineError(
        .invalidParameter,
        "invalid manifest, layers length mismatch: expected \(configuration.layers.count), got \(manifest.layers.count)"
      )
    }
    var plain = descriptor
    plain.annotations = nil
    return StoredImage(
      id: manifest.config.digest, configuration: configuration,
      layers: zip(zip(configuration.layers, configuration.chain), manifest.layers).map { names, blob in
        StoredImage.Layer(digest: names.0, chain: names.1, size: layers.size(names.1), blob: blob)
      }, manifest: plain)
  }

  /// Does something on the thread on which names change; nothing is removed meanwhile.
  func exclusively<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await thread.run(body)
  }

  /// Changes the names, on the disk first. Call inside ``exclusively(_:)``.
  func update<T>(_ change: (inout ImageNames) throws -> T) throws -> T {
    let before = names
    var after = before
    let result = try change(&after)
    if after != before {
      try SafeFile.write(indexPath, try CanonicalJSON.encode(after.index), isDurable: true)
      state.withLock { $0.names = after }
    }
    return result
  }

  /// Keeps content from being removed until the lease is ended. Call inside ``exclusively(_:)``.
  func lease(_ digests: Set<Digest>) -> UInt64 {
    state.withLock { state in
      state.nextLease += 1
      state.leases[state.nextLease] = digests
      return state.nextLease
    }
  }

  /// Ends a lease and removes what was held by it alone. Call inside ``exclusively(_:)``.
  func endLease(_ lease: UInt64) throws {
    let digests = state.withLock { $0.leases.removeValue(forKey: lease) ?? [] }
    try sweep(layers: digests, blobs: digests)
  }

  /// Removes those of these that nothing needs. Call inside ``exclusively(_:)``.
  ///
  /// - Returns: the layers that went.
  @discardableResult
  func sweep(layers chains: some Sequence<Digest>, blobs: some Sequence<Digest>) throws -> [Digest] {
    let (unneeded, unneededBlobs) = state.withLock { state in
      (chains.filter { !state.needsLayer($0) }, blobs.filter { !state.needsBlob($0) })
    }
    var removed: [Digest] = []
    for chain in unneeded where layers.contains(chain) {
      try layers.remove(chain)
      removed.append(chain)
    }
    for digest in unneededBlobs { try content.remove(digest) }
    return removed
  }

  // MARK: Containers

  /// Notes which layers a container stands on.
  ///
  /// - Throws: `notFound` when the image was removed.
  func hold(_ image: Digest, for container: String) throws(EngineError) -> [Digest] {
    let chain = state.withLock { state -> [Digest]? in
      guard let image = state.names.images[image] else { return nil }
      state.containers[container] = image.layers.map(\.chain)
      return state.containers[container]
    }
    guard let chain else { throw EngineError(.notFound, "No such image: \(image)") }
    return chain
  }

  func hold(_ chain: [Digest], for container: String) {
    state.withLock { $0.containers[container] = chain }
  }

  /// The layers a container stands on, bottom first; `nil` when it has no root file system here.
  func layers(of container: String) -> [Digest]? { state.withLock { $0.containers[container] } }

  /// - Returns: those of its layers that nothing needs any more.
  func release(_ container: String) -> [Digest] {
    state.withLock { state in
      guard let chain = state.containers.removeValue(forKey: container) else { return [] }
      return chain.filter { !state.needsLayer($0) }
    }
  }
}
