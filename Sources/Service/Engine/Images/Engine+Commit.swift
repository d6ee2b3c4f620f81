package import EngineModel
import Images
package import Kernel

/// What `POST /commit` asks for.
package struct CommitRequest: Sendable {
  /// `repository[:tag]`; `nil`: an image without a name.
  package var name: String?
  package var author = ""
  package var message = ""
  /// Pauses the container while its files are read.
  package var pauses = true
  /// Instructions as in a Dockerfile.
  package var changes: [String] = []
  /// Overrides of the container's configuration; `nil`: none.
  package var configuration: ContainerConfiguration?

  package init() {}
}

extension Engine {
  /// Creates an image from a container and its changes.
  ///
  /// - Returns: the image's id.
  package func commitContainer(_ reference: String, _ request: CommitRequest) async throws -> String {
    let store = try imageStore()
    let container = try state.container(reference)
    let own = container.configuration
    var configuration =
      try request.configuration.map { (requested) throws(EngineError) in
        try ContainerBuilder.merged(requested, over: own)
      } ?? own
    try configuration.apply(changes: request.changes)
    guard let base = Digest(container.imageID) else {
      throw EngineError(.system, "not an image's id: \(container.imageID)")
    }
    let pause = request.pauses ? try await pauseForReading(container.id) : nil
    let result: Result<StoredImage, any Error>
    do {
      result = .success(
        try await store.commit(
          container.id, image: base, configuration: configuration,
          createdBy: (own.command ?? []).joined(separator: " "), name: request.name, author: request.author,
          message: request.message))
    } catch {
      result = .failure(error)
    }
    if let pause {
      await attempting("resuming \(container.id.short)") {
        try await unpauseContainer(container.id.rawValue)
        try finish(pause)
      }
    }
    let image = try result.get()
    emit(
      "commit", container,
      ["comment": request.message, "imageID": "\(image.id)", "imageRef": request.name ?? ""])
    return "\(image.id)"
  }

  /// - Returns: the operation that ends when the container is resumed; `nil` if it does not run or is paused already.
  private func pauseForReading(_ id: ContainerID) async throws -> OperationID? {
    guard state.containers[id]?.state.status == .running else { return nil }
    let operation = try begin(.commit(id))
    do {
      try await pauseContainer(id.rawValue)
      return operation
    } catch let error as EngineError where error.code == .conflict {
      abandon(operation)
      // It exited, or another client paused it.
      return nil
    } catch {
      abandon(operation)
      throw error
    }
  }

  /// The differences between a container's files and its image's.
  package func changes(of reference: String) async throws -> [FileChange] {
    try await imageStore().changes(of: try state.container(reference).id)
  }

  /// Prepares the export of a container's root file system, without its volumes.
  ///
  /// - Returns: a function that writes the archive.
  package func export(_ reference: String) async throws -> @Sendable (OwnedDescriptor) async throws -> Void {
    let store = try imageStore()
    let id = try state.container(reference).id
    let rootFilesystem = try await openRootFilesystem(id)
    emit("export", try record(id))
    return { descriptor in
      try await store.export(id, to: descriptor)
      withExtendedLifetime(rootFilesystem) {}
    }
  }
}
