import EngineModel
import Images

/// Where containers get their images and root file systems, as the engine sees it.
protocol ImageSource: Sendable {
  /// - Throws: `notFound` in Docker's words (`No such image: …`).
  func facts(_ reference: String) throws(EngineError) -> ContainerBuilder.ImageFacts
  /// Makes the folders of a container's own layer.
  func prepare(_ id: ContainerID, image: String) async throws
  /// - Returns: where the root file system is. Mounting what is mounted gives it again.
  func mount(_ id: ContainerID) async throws -> String
  /// Succeeds when nothing is mounted, or there is nothing to mount.
  func unmount(_ id: ContainerID) async throws
  /// Unmounts and removes everything of the container's own layer. Succeeds when there is none.
  func remove(_ id: ContainerID) async throws
  /// Bytes written by a container, and of its image.
  func sizes(_ id: ContainerID, image: String) async throws -> (written: Int64, image: Int64)
}

/// The image store as the source.
struct StoredImages: ImageSource {
  let store: ImageStore

  func facts(_ reference: String) throws(EngineError) -> ContainerBuilder.ImageFacts {
    let image = try store.resolve(reference)
    let own = image.configuration
    let words = [own.operatingSystem, own.architecture, own.variant]
    return ContainerBuilder.ImageFacts(
      id: "\(image.id)", configuration: own.container,
      platform: own.architecture.isEmpty ? "" : words.filter { !$0.isEmpty }.joined(separator: "/"))
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
