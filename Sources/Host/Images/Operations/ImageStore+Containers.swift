public import EngineModel
import Glibc
public import Kernel

extension ImageStore {
  /// What a container has changed in its root file system, as `docker diff` shows it.
  public func changes(of container: ContainerID) async throws -> [FileChange] {
    let root = try rootFilesystem(container)
    return try await onDedicatedThread("changes") { try LayerChanges(of: root).all() }
  }

  /// Writes a container's whole root file system as an archive, as `docker export` does. What is mounted inside by
  /// the container is not in it.
  ///
  /// The root file system must be mounted.
  ///
  /// - Parameter descriptor: open for writing, a blocking one. It is not closed.
  public func export(_ container: ContainerID, to descriptor: OwnedDescriptor) async throws {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("export") {
      ArchiveHandle.useUTF8OnThisThread()
      let archive = try TreeArchive(to: descriptor, isLayer: false)
      try TreeWalk(root.merged).forEach { item in
        try archive.add(item)
        return true
      }
      try archive.close()
    }
  }

  /// Makes an image of a container: its image's layers, and one of what it has changed.
  ///
  /// - Parameters:
  ///   - image: from which it was made.
  ///   - configuration: what containers of the new image start with, changes included.
  ///   - createdBy: what the container ran: the last line of the image's history.
  ///   - name: `repository[:tag]`; `nil`: an image without a name.
  /// - Throws: `notFound` when the container's image is not there any more.
  @discardableResult
  public func commit(
    _ container: ContainerID, image: Digest, configuration: ContainerConfiguration, createdBy: String,
    name: String? = nil,
    author: String = "", message: String = ""
  ) async throws -> StoredImage {
    let reference = try name.map { try ImageReference($0).withDefaultTag }
    let root = try rootFilesystem(container)
    let base = try resolve(image.description)
    let (catalogue, limits) = (catalogue, limits)
    let baseLease = try await catalogue.exclusively { catalogue.lease(base.blobs.union(base.layers.map(\.chain))) }
    let result: Result<StoredImage, any Error>
    do {
      let (spool, file) = try await onDedicatedThread("commit") {
        ArchiveHandle.useUTF8OnThisThread()
        let spool = try ArchiveSpool(in: catalogue.content.ingestPath, limits: limits)
        return Handover((spool, try Self.archive(upperLayerOf: root, in: spool)))
      }.value
      var made = base.configuration
      made.container = configuration
      made.triggers = []
      made.created = .now()
      made.author = author
      made.comment = message
      made.layers.append(file.digest)
      made.history.append(
        ImageConfiguration.Step(
          created: made.created, createdBy: createdBy, author: author,
          comment: message))
      let layers = catalogue.content.files(of: base)
      result = .success(
        try await take(
          ImageImporter.Parts(configuration: try made.json(), layers: layers + [file]), reference, from: spool))
    } catch {
      result = .failure(error)
    }
    try await endLease(baseLease)
    return try result.get()
  }

  private static func archive(upperLayerOf root: ContainerRootFS, in spool: ArchiveSpool) throws -> ArchiveSpool.File {
    let changed = Set(try LayerChanges(of: root).all().map(\.path))
    let path = "\(spool.folder)/layer"
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    let archive = try TreeArchive(to: file, isLayer: true)
    try TreeWalk(root.upper).forEach { item in
      guard item.path.isRoot || changed.contains("/\(item.path.relativeText)") else { return false }
      try archive.add(item)
      return true
    }
    try archive.close()
    let written = DigestingSource(try DescriptorSource(path: path))
    return ArchiveSpool.File(path: path, digest: try written.finish(), size: written.count)
  }
}
