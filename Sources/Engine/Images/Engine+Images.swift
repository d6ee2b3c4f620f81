import EngineModel

extension Engine {
  /// Filters: `before`, `dangling`, `label`, `reference`, `since`.
  public func images(_ filters: Filters = Filters(), all: Bool = false) async throws -> [ImageView] {
    throw Self.missing("images")
  }

  public func image(_ reference: String) async throws -> ImageView { throw Self.missing("image inspect") }

  /// - Throws: `conflict` when containers use it, in Docker's words.
  public func removeImage(_ reference: String, force: Bool = false, prune: Bool = true) async throws -> [ImageDeletion]
  {
    throw Self.missing("rmi")
  }

  public func tagImage(_ reference: String, repository: String, tag: String) async throws {
    throw Self.missing("tag")
  }

  /// Reads an archive as `docker save` writes it (or an OCI layout) from a file on the host.
  ///
  /// - Returns: what was loaded, a reference or an id each.
  public func loadImages(archive path: String) async throws -> [String] { throw Self.missing("load") }

  /// Makes an image of one layer out of a tar archive of a root file system, a file on the host.
  ///
  /// - Parameter changes: instructions as in a Dockerfile (`CMD …`).
  /// - Returns: the image's id.
  public func importImage(
    archive path: String, repository: String = "", tag: String = "", message: String = "", changes: [String] = []
  ) async throws -> String { throw Self.missing("import") }

  /// Fetches an image from a registry.
  ///
  /// - Parameter progress: is told each step in a few words.
  public func pullImage(
    _ reference: String, platform: String? = nil, progress: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws { throw Self.missing("pull") }
}
