import EngineModel
import Glibc
import Kernel
import Logging

/// The builds of one engine. Below `builds/` in the data root are buildah's storage, which is the build cache, and a
/// folder for each runningBuilds build.
actor ImageBuilder {
  nonisolated let root: String
  private let logger: Logger
  /// The number of runningBuilds builds.
  private(set) var runningBuilds = 0
  /// A build was interrupted, and its working containers are still in the storage.
  private var hasLeftoverContainers: Bool
  /// The cleanup of the storage. Every user of the storage waits for it.
  private(set) var cleanup: Task<Void, any Error>?

  /// Removes the folders of builds that a killed engine left behind. The next build removes their working containers
  /// from the storage.
  init(root: String, logger: Logger) throws {
    self.root = root
    self.logger = logger
    hasLeftoverContainers = access("\(root)/work", F_OK) == 0
    for name in (try? SandboxDirectory("\(root)/work").list()) ?? [] {
      if let group = try? readFile("\(root)/work/\(name)/\(BuildFolder.controlGroupName)") {
        BuildControlGroup.remove(group)
      }
    }
    try TreeRemoval.remove(path: "\(root)/work")
    try TreeRemoval.remove(path: Buildah.libraryState(below: root))
  }

  /// Runs work on buildah's storage. It first removes leftovers if no other build runs.
  func withBuildah<T: Sendable>(
    in folder: BuildFolder, _ body: @Sendable (Buildah) async throws -> T
  ) async throws -> T {
    let buildah = Buildah(root: root, work: folder.path)
    try buildah.prepare()
    if runningBuilds == 0, hasLeftoverContainers, cleanup == nil {
      cleanup = Task { try await self.removeLeftoverContainers(buildah) }
    }
    if let cleanup { try await cleanup.value }
    runningBuilds += 1
    let result: Result<T, any Error>
    do {
      result = .success(try await body(buildah))
    } catch {
      // buildah cleans up itself after a failed step.
      hasLeftoverContainers = hasLeftoverContainers || !(error is BuildFailure)
      result = .failure(error)
    }
    runningBuilds -= 1
    return try result.get()
  }

  /// Removes all working containers. No build runs, so none of them is in use.
  private func removeLeftoverContainers(_ buildah: Buildah) async throws {
    defer { cleanup = nil }
    _ = try await buildah.run("rm", ["--all"]).requireSuccess("cleanup up the build cache")
    hasLeftoverContainers = false
  }
}

extension ImageBuilder {
  /// Copies an image to buildah's storage unless it is there already. It has the same id there.
  nonisolated func copy(
    _ image: StoredImage, from content: ContentStore, to buildah: Buildah, _ folder: BuildFolder
  ) async throws {
    guard !hasImage(image.id, buildah) else { return }
    // buildah derives an image name from the path, and names must be lower case. So the path is a lower-case one.
    let name = "in-\(image.id.short)-\(folder.name)"
    let layout = "\(Buildah.libraryState(below: root))/\(name)"
    try await onDedicatedThread("image layout") { try content.writeLayout(of: image, to: layout) }
    // The blobs of the layout are links to our store.
    _ = try await buildah.run(
      "pull", ["--quiet", "oci:\(Buildah.libraryStateMount)/\(name)"], readOnly: [content.root]
    )
    .requireSuccess("copying the image \(image.id.short) to buildah")
    try await onDedicatedThread("image layout") { try TreeRemoval.remove(path: layout) }
  }

  /// buildah's storage has a folder for each image (containers/storage). If that changes, the engine copies the image
  /// again, which does no harm.
  private nonisolated func hasImage(_ id: Digest, _ buildah: Buildah) -> Bool {
    Buildah.drivers.contains { access("\(Buildah.storage(below: root))/\($0)-images/\(id.hex)/manifest", F_OK) == 0 }
  }
}

extension ContentStore {
  /// Writes an OCI image layout of one image. Blobs are links, not copies.
  func writeLayout(of image: StoredImage, to folder: String) throws {
    let blobs = "\(folder)/blobs/sha256"
    try makeDirectories(blobs, mode: 0o700)
    for digest in image.blobs {
      try checked("symlink", digest.hex) { symlink(path(digest), "\(blobs)/\(digest.hex)") }
    }
    let layers = image.layers.map { layer in
      // Readers detect the compression from the first bytes.
      OCIDescriptor(mediaType: OCIMediaType.layer, digest: layer.blob.digest, size: layer.blob.size)
    }
    let manifest = try CanonicalJSON.encode(
      OCIManifest(
        config: OCIDescriptor(
          mediaType: OCIMediaType.configuration, digest: image.id, size: size(image.id) ?? 0), layers: layers))
    let digest = Digest.of(manifest)
    if access("\(blobs)/\(digest.hex)", F_OK) != 0 {
      try AtomicFile.write("\(blobs)/\(digest.hex)", manifest, isDurable: false)
    }
    let index = OCIIndex(manifests: [
      OCIDescriptor(mediaType: OCIMediaType.manifest, digest: digest, size: Int64(manifest.count))
    ])
    try AtomicFile.write("\(folder)/index.json", CanonicalJSON.encode(index), isDurable: false)
    try AtomicFile.write("\(folder)/oci-layout", CanonicalJSON.encode(OCILayoutFile()), isDurable: false)
  }
}
