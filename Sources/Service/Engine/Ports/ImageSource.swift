import EngineModel
import Images

/// The image store as container operations use it.
protocol ImageSource: Sendable {
  /// - Throws: `notFound` in Docker's words (`No such image: …`).
  func facts(_ reference: String) throws(EngineError) -> ContainerBuilder.ImageFacts
  /// Creates the folders of a container's own layer.
  func prepare(_ id: ContainerID, image: String) async throws
  /// Mounts the root file system, unless it is mounted.
  ///
  /// - Returns: its path.
  func mount(_ id: ContainerID) async throws -> String
  /// Succeeds when nothing is mounted or the container has no layer.
  func unmount(_ id: ContainerID) async throws
  /// Unmounts and removes the container's own layer. Succeeds when it has none.
  func remove(_ id: ContainerID) async throws
  /// Bytes that a container wrote, and bytes of its image.
  func sizes(_ id: ContainerID, image: String) async throws -> (written: Int64, image: Int64)
}

/// The port on the image store.
struct StoredImages: ImageSource {
  let store: ImageStore

  func facts(_ reference: String) throws(EngineError) -> ContainerBuilder.ImageFacts {
    let image = try store.resolve(reference)
    let own = image.configuration
    let parts = [own.operatingSystem, own.architecture, own.variant]
    return ContainerBuilder.ImageFacts(
      id: "\(image.id)", configuration: own.container,
      platform: own.architecture.isEmpty ? "" : parts.filter { !$0.isEmpty }.joined(separator: "/"))
  }

  func prepare(_ id: ContainerID, image: String) async throws {
    guard let digest = Digest(image) else { throw EngineError(.system, "not an image's id: \(image)") }
    _ = try await store.prepareRootFilesystem(id, image: digest, isMounted: false)
  }

  func mount(_ id: ContainerID) async throws -> String { try await store.mount(id).merged }

  func unmount(_ id: ContainerID) async throws {
    do {
      try await store.unmount(id)
    } catch let error as EngineError where error.code == .notFound {}
  }

  func remove(_ id: ContainerID) async throws { try await store.removeRootFilesystem(id) }

  func sizes(_ id: ContainerID, image: String) async throws -> (written: Int64, image: Int64) {
    let upper = try store.rootFilesystem(id).upper
    let written = try await TreeSize.bytes(below: upper)
    return (written, (try? store.resolve(image).size) ?? 0)
  }
}
