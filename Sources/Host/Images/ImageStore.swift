import Coordination
import CLinux
package import EngineModel
import Glibc
package import Kernel
package import Logging

/// The images of one engine: records and blobs below `images/` in its data root, unpacked layers below `layers/`,
/// builds below `builds/`, containers' root file systems below `containers/`.
///
/// Reading (``images``, ``resolve(_:)``) takes a lock and never waits for the disk or a running load. Disk work runs on
/// dedicated threads. Only one engine at a time may use a data root.
package final class ImageStore: Sendable {
  let database: ImageDatabase
  let limits: ArchiveLimits
  let containersPath: String
  let logger: Logger
  let removal: SerialThread
  let builder: ImageBuilder
  let registries: RegistrySettings
  /// The folder for registry logins during a registry operation.
  let registryFolder: String
  /// Locks of the blobs that are being downloaded and the layers that are being unpacked. A second user of the same
  /// digest waits and then finds it in the store.
  let blobLocks: KeyedLock<Digest>
  let unpackLimiter: UnpackLimiter

  /// Opens the store, creates missing folders, and removes what a killed engine left half done.
  ///
  /// - Parameters:
  ///   - containersPath: `nil`: `containers` in the data root.
  ///   - registryFolder: for short-lived secrets, on a tmpfs if possible; `nil`: `registries` in the data root. Its
  ///     contents are removed.
  ///   - reserve: space for removing images on a full disk.
  package init(
    dataRoot: String, containersPath: String? = nil, limits: ArchiveLimits = ArchiveLimits(),
    registries: RegistrySettings = RegistrySettings(), registryFolder: String? = nil, reserve: SpaceReserve? = nil,
    logger: Logger = Logger(label: "images")
  ) async throws {
    self.limits = limits
    self.logger = logger
    self.registries = registries
    blobLocks = KeyedLock()
    unpackLimiter = UnpackLimiter(locks: blobLocks)
    let registryFolder = registryFolder ?? "\(dataRoot)/registries"
    self.registryFolder = registryFolder
    removal = try SerialThread("layer-removal")
    builder = try ImageBuilder(root: "\(dataRoot)/builds", logger: logger)
    let containers = containersPath ?? "\(dataRoot)/containers"
    self.containersPath = containers
    let database = try ImageDatabase(
      content: ContentStore(root: "\(dataRoot)/images"), layers: LayerStore(root: "\(dataRoot)/layers", limits: limits),
      reserve: reserve,
      logger: logger)
    self.database = database
    try await database.exclusively {
      try database.content.prepare()
      try database.layers.prepare()
      try makeDirectories(containers, mode: 0o700)
      try database.load()
      for (container, chainIDs) in try ContainerRootFS.chainIDs(below: containers) {
        database.retain(chainIDs, for: container)
      }
      try database.layers.removeLeftovers()
      try TreeRemoval.remove(path: database.content.ingestPath)
      try database.content.prepare()
      if access(registryFolder, F_OK) == 0 { try TreeRemoval.remove(path: registryFolder) }
      try database.sweep(layers: database.layers.all(), blobs: database.content.all())
    }
  }

  var ingester: ImageIngester { ImageIngester(database: database, unpackLimiter: unpackLimiter) }

  /// All images, newest first.
  package var images: [StoredImage] {
    database.records.images.values.sorted {
      let (left, right) = ($0.configuration.created?.nanoseconds ?? 0, $1.configuration.created?.nanoseconds ?? 0)
      return left == right ? $0.id.hex < $1.id.hex : left > right
    }
  }

  /// Finds an image by reference (`busybox`, `docker.io/library/busybox:latest`, name and digest), by id, or by a
  /// unique prefix of an id.
  ///
  /// - Throws: `notFound`, "No such image: busybox:latest"; `invalidParameter`, "invalid reference format".
  package func resolve(_ reference: String) throws(EngineError) -> StoredImage {
    try database.records.resolve(reference)
  }

  /// Assigns a further reference to an image. Another image that had the reference loses it.
  package func tag(_ source: String, as name: String) async throws {
    let reference = try ImageReference(name)
    guard reference.digest == nil else {
      throw EngineError(.invalidParameter, "refusing to create a tag with a digest reference")
    }
    guard reference.path != "library/sha256" else {
      throw EngineError(
        .invalidParameter, "refusing to create an ambiguous tag using digest algorithm as name")
    }
    try await database.exclusively { [database] in
      try database.update { records in
        let image = try records.resolve(source)
        records.assign(reference.withDefaultTag, to: image.id)
      }
    }
  }
}
