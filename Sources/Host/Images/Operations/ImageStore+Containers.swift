package import EngineModel
import Glibc
package import Kernel

extension ImageStore {
  /// The changes of a container's root file system against its image, as `docker diff` shows them.
  package func changes(of container: ContainerID) async throws -> [FileChange] {
    let root = try rootFilesystem(container)
    return try await onDedicatedThread("changes") { try LayerChanges(of: root).all() }
  }

  /// Writes a container's root file system as an archive, as `docker export` does. The archive does not contain the
  /// container's mounts.
  ///
  /// The root file system must be mounted.
  ///
  /// - Parameter descriptor: open for writing, in blocking mode. It stays open.
  package func export(_ container: ContainerID, to descriptor: OwnedDescriptor) async throws {
    let root = try rootFilesystem(container)
    try await onDedicatedThread("export") {
      LibarchiveReader.useUTF8OnThisThread()
      let archive = try TreeArchiver(to: descriptor, isLayer: false)
      try TreeWalk(root.merged).forEach { item in
        try archive.add(item)
        return true
      }
      try archive.close()
    }
  }

  /// Makes an image from a container: the layers of its image and a layer with its changes.
  ///
  /// - Parameters:
  ///   - image: the container's image.
  ///   - configuration: the defaults for containers of the new image.
  ///   - createdBy: the container's command, for the image's history.
  ///   - name: `repository[:tag]`; `nil`: an image without a reference.
  /// - Throws: `notFound` if the container's image does not exist any more.
  @discardableResult
  package func commit(
    _ container: ContainerID, image: Digest, configuration: ContainerConfiguration, createdBy: String,
    name: String? = nil,
    author: String = "", message: String = ""
  ) async throws -> StoredImage {
    let reference = try name.map { try ImageReference($0).withDefaultTag }
    let root = try rootFilesystem(container)
    let base = try resolve(image.description)
    let (database, limits) = (database, limits)
    let baseLease = try await database.exclusively { database.lease(base.blobs.union(base.layers.map(\.chainID))) }
    let result: Result<StoredImage, any Error>
    do {
      let (staging, file) = try await onDedicatedThread("commit") {
        LibarchiveReader.useUTF8OnThisThread()
        let staging = try StagingFolder(in: database.content.ingestPath, limits: limits)
        return UncheckedSendable((staging, try Self.archive(upperLayerOf: root, in: staging)))
      }.value
      var newConfiguration = base.configuration
      newConfiguration.container = configuration
      newConfiguration.onBuild = []
      newConfiguration.created = Timestamp.now
      newConfiguration.author = author
      newConfiguration.comment = message
      newConfiguration.diffIDs.append(file.digest)
      newConfiguration.history.append(
        ImageConfiguration.HistoryEntry(
          created: newConfiguration.created, createdBy: createdBy, author: author,
          comment: message))
      let layers = database.content.layerFiles(of: base)
      result = .success(
        try await ingest(
          ImageIngester.Contents(configuration: try newConfiguration.json(), layers: layers + [file]), reference,
          from: staging))
    } catch {
      result = .failure(error)
    }
    try await endLease(baseLease)
    return try result.get()
  }

  private static func archive(upperLayerOf root: ContainerRootFS, in staging: StagingFolder) throws
    -> StagingFolder.File
  {
    let changed = Set(try LayerChanges(of: root).all().map(\.path))
    let path = "\(staging.folder)/layer"
    let file = try OwnedDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    let archive = try TreeArchiver(to: file, isLayer: true)
    try TreeWalk(root.upper).forEach { item in
      guard item.path.isRoot || changed.contains("/\(item.path.relativeText)") else { return false }
      try archive.add(item)
      return true
    }
    try archive.close()
    let written = DigestingSource(try DescriptorSource(path: path))
    return StagingFolder.File(path: path, digest: try written.finish(), size: written.count)
  }
}
