import Coordination
import CLinux
public import EngineModel
import Glibc
import Kernel
public import Logging

/// The images of one engine: names, contents and unpacked layers below `images/` and `layers/` of its data root,
/// builds below `builds/`, and containers' root file systems below `containers/`.
///
/// Reading (``images``, ``resolve(_:)``) takes a lock and never waits for the disk or for a load under way. What works
/// on the disk does so on threads of its own. One engine at a time may use a data root.
public final class ImageStore: Sendable {
  let catalogue: ImageIndex
  let limits: ArchiveLimits
  let containersPath: String
  let logger: Logger
  let removal: SerialThread
  let builder: ImageBuilder
  let registries: RegistrySettings
  /// Where logins lie for as long as a registry is asked.
  let registryFolder: String
  /// Blobs that are being fetched and layers that are being unpacked: whoever wants the same waits and then has it.
  let transfers: KeyedLock<Digest>
  let pace: UnpackingPace

  /// Opens the store, making its folders if they are missing, and removes what an engine that was killed left half
  /// done.
  ///
  /// - Parameters:
  ///   - containersPath: `nil`: `containers` in the data root.
  ///   - registryFolder: for secrets that are needed for a moment, on a file system in memory if there is one; `nil`:
  ///     `registries` in the data root. What is in it is removed.
  public init(
    dataRoot: String, containersPath: String? = nil, limits: ArchiveLimits = ArchiveLimits(),
    registries: RegistrySettings = RegistrySettings(), registryFolder: String? = nil,
    logger: Logger = Logger(label: "images")
  ) async throws {
    self.limits = limits
    self.logger = logger
    self.registries = registries
    transfers = KeyedLock()
    pace = UnpackingPace(layerLocks: transfers)
    let registryFolder = registryFolder ?? "\(dataRoot)/registries"
    self.registryFolder = registryFolder
    removal = try SerialThread("removing")
    builder = try ImageBuilder(root: "\(dataRoot)/builds", logger: logger)
    let containers = containersPath ?? "\(dataRoot)/containers"
    self.containersPath = containers
    let catalogue = try ImageIndex(
      content: ContentStore(root: "\(dataRoot)/images"), layers: LayerStore(root: "\(dataRoot)/layers", limits: limits),
      logger: logger)
    self.catalogue = catalogue
    try await catalogue.exclusively {
      try catalogue.content.prepare()
      try catalogue.layers.prepare()
      try makeDirectories(containers, mode: 0o711)
      try catalogue.load()
      for (container, chain) in try ContainerRootFS.layers(below: containers) { catalogue.hold(chain, for: container) }
      try catalogue.layers.removeLeftovers()
      try TreeRemoval.remove(path: catalogue.content.ingestPath)
      try catalogue.content.prepare()
      if access(registryFolder, F_OK) == 0 { try TreeRemoval.remove(path: registryFolder) }
      try catalogue.sweep(layers: catalogue.layers.all(), blobs: catalogue.content.all())
    }
  }

  var intake: ImageImporter { ImageImporter(catalogue: catalogue, pace: pace) }

  /// All images, the newest first.
  public var images: [StoredImage] {
    catalogue.names.images.values.sorted {
      let (left, right) = ($0.configuration.created?.nanoseconds ?? 0, $1.configuration.created?.nanoseconds ?? 0)
      return left == right ? $0.id.hex < $1.id.hex : left > right
    }
  }

  /// Finds an image by name (`busybox`, `docker.io/library/busybox:latest`), by name and digest, by id or by the
  /// unique beginning of an id.
  ///
  /// - Throws: `notFound`, "No such image: busybox:latest"; `invalidParameter`, "invalid reference format".
  public func resolve(_ reference: String) throws(EngineError) -> StoredImage {
    try catalogue.names.resolve(reference)
  }

  /// Gives an image a further name, taking it from the image that had it.
  public func tag(_ source: String, as name: String) async throws {
    let reference = try ImageReference(name)
    guard reference.digest == nil else {
      throw EngineError(.invalidParameter, "refusing to create a tag with a digest reference")
    }
    try await catalogue.exclusively { [catalogue] in
      try catalogue.update { names in
        let image = try names.resolve(source)
        names.name(image.id, reference.withDefaultTag)
      }
    }
  }
}
