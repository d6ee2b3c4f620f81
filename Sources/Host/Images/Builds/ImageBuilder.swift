import EngineModel
import Glibc
import Kernel
import Logging

/// Builds of one engine: below `builds/` of its data root lie buildah's storage, which is the cache, and a folder of
/// each build that runs.
actor ImageBuilder {
  nonisolated let root: String
  private let logger: Logger
  /// Builds under way.
  private(set) var running = 0
  /// A build was cut off: what it was working on is still in the storage.
  private var hasLeftovers: Bool
  /// Whoever wants to use the storage waits for its end.
  private(set) var tidying: Task<Void, any Error>?

  /// Removes the folders of builds that an engine that was killed left. What those were working on in the storage goes
  /// with the next build.
  init(root: String, logger: Logger) throws {
    self.root = root
    self.logger = logger
    hasLeftovers = access("\(root)/work", F_OK) == 0
    for name in (try? SandboxDirectory("\(root)/work").list()) ?? [] {
      if let group = try? readFile("\(root)/work/\(name)/\(BuildFolder.controlGroupName)") {
        ControlGroup.remove(group)
      }
    }
    try TreeRemoval.remove(path: "\(root)/work")
    try TreeRemoval.remove(path: Buildah.memory(below: root))
  }

  /// Does something with the storage; when nobody does any more, it is tidied up.
  func using<T: Sendable>(
    in folder: BuildFolder, _ body: @Sendable (Buildah) async throws -> T
  ) async throws -> T {
    let buildah = Buildah(root: root, work: folder.path)
    try buildah.prepare()
    if running == 0, hasLeftovers, tidying == nil { tidying = Task { try await self.tidyUp(buildah) } }
    if let tidying { try await tidying.value }
    running += 1
    let result: Result<T, any Error>
    do {
      result = .success(try await body(buildah))
    } catch {
      // After a step that failed buildah has tidied up itself.
      hasLeftovers = hasLeftovers || !(error is BuildFailure)
      result = .failure(error)
    }
    running -= 1
    return try result.get()
  }

  /// Nobody is at work, so whatever is being worked on belongs to nobody.
  private func tidyUp(_ buildah: Buildah) async throws {
    defer { tidying = nil }
    _ = try await buildah.run("rm", ["--all"]).requireSuccess("tidying up the build cache")
    hasLeftovers = false
  }
}

extension ImageBuilder {
  /// Gives an image to buildah, once; it is known there by the same id.
  nonisolated func lay(
    _ image: StoredImage, _ content: ContentStore, _ buildah: Buildah, _ folder: BuildFolder
  ) async throws {
    guard !isThere(image.id, buildah) else { return }
    // buildah makes a name of the path, and names have no capital letters: it is shown one of which that is sure.
    let name = "in-\(image.id.short)-\(folder.name)"
    let layout = "\(Buildah.memory(below: root))/\(name)"
    try await onDedicatedThread("image layout") { try content.writeLayout(of: image, to: layout) }
    _ = try await buildah.run("pull", ["--quiet", "oci:\(Buildah.memoryMount)/\(name)"])
      .requireSuccess("handing the image \(image.id.short) to buildah")
    try await onDedicatedThread("image layout") { try TreeRemoval.remove(path: layout) }
  }

  /// buildah's storage has a folder for each image (containers/storage); were it otherwise, an image would merely be
  /// handed over again.
  private nonisolated func isThere(_ id: Digest, _ buildah: Buildah) -> Bool {
    Buildah.drivers.contains { access("\(Buildah.storage(below: root))/\($0)-images/\(id.hex)/manifest", F_OK) == 0 }
  }
}

extension ContentStore {
  /// An OCI image layout of one image, its content linked, not copied.
  func writeLayout(of image: StoredImage, to folder: String) throws {
    let blobs = "\(folder)/blobs/sha256"
    try makeDirectories(blobs, mode: 0o700)
    for digest in image.blobs {
      try checked("symlink", digest.hex) { symlink(path(digest), "\(blobs)/\(digest.hex)") }
    }
    let layers = image.layers.map { layer in
      // How it is compressed shows in its first bytes.
      OCIDescriptor(mediaType: OCIMediaType.layer, digest: layer.blob.digest, size: layer.blob.size)
    }
    let manifest = try CanonicalJSON.encode(
      OCIManifest(
        config: OCIDescriptor(
          mediaType: OCIMediaType.configuration, digest: image.id, size: size(image.id) ?? 0), layers: layers))
    let digest = Digest.of(manifest)
    if access("\(blobs)/\(digest.hex)", F_OK) != 0 {
      try SafeFile.write("\(blobs)/\(digest.hex)", manifest, isDurable: false)
    }
    let index = OCIIndex(manifests: [
      OCIDescriptor(mediaType: OCIMediaType.manifest, digest: digest, size: Int64(manifest.count))
    ])
    try SafeFile.write("\(folder)/index.json", CanonicalJSON.encode(index), isDurable: false)
    try SafeFile.write("\(folder)/oci-layout", CanonicalJSON.encode(OCILayoutMark()), isDurable: false)
  }
}
