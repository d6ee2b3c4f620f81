import EngineModel
import Glibc
import Kernel
import Logging

extension ImageStore {
  /// Builds an image and stores it under its names.
  ///
  /// Cancelling the task stops the build. Only the cache of the completed steps remains.
  ///
  /// - Parameter show: receives the output of Docker's classic builder, chunk by chunk.
  /// - Throws: ``BuildFailure`` if a step fails; `unavailable` if buildah is not installed.
  package func build(
    _ request: ImageBuildRequest, show: @escaping @Sendable (String) async throws -> Void
  ) async throws -> StoredImage {
    let folder = request.context.folder
    let (database, builder) = (database, builder)
    return try await builder.withBuildah(in: folder) { buildah in
      for image in Set(request.bases.values) {
        try await builder.copy(image, from: database.content, to: buildah, folder)
      }
      let id = try await Self.run(request, buildah, folder, show)
      return try await self.importBuiltImage(id, request.names, buildah, folder)
    }
  }

  private static func run(
    _ request: ImageBuildRequest, _ buildah: Buildah, _ folder: BuildFolder,
    _ show: @escaping @Sendable (String) async throws -> Void
  ) async throws -> Digest {
    let identifiers = request.bases.mapValues(\.id.hex)
    let dockerfile = try request.plan.buildahDockerfile(identifiers, bases: request.bases)
    try await onDedicatedThread("build folder") {
      try folder.write(dockerfile)
      try Self.writeStepFiles(request, buildah, folder)
    }
    var translator = BuildOutputTranslator(request.plan, identifiers, sandbox: request.sandbox.short)
    let stepEnvironment = Buildah.StepEnvironment(
      namespace: request.networkNamespace, resolverConfiguration: request.resolverConfiguration, hosts: request.hosts)
    try AtomicFile.write(
      "\(folder.path)/\(BuildFolder.controlGroupName)", Array(request.controlGroup.utf8), isDurable: false)
    let output: Tool.Output
    do {
      output = try await buildah.run(
        "build",
        request.flags(work: folder.path)
          + (dockerfile.files.isEmpty ? [] : ["--build-context", "\(BuildahDockerfile.context)=\(folder.documents)"])
          + ["--file", folder.dockerfile, folder.context], in: stepEnvironment,
        readOnly: [request.runtime] + BuildRoot.files(of: request.checker)
      ) { bytes in
        let text = translator.translate(bytes)
        if !text.isEmpty { try await show(text) }
      }
    } catch {
      BuildControlGroup.remove(request.controlGroup)
      throw error
    }
    let rest = translator.finish()
    if !rest.isEmpty { try await show(rest) }
    guard output.status.isSuccess else {
      BuildControlGroup.remove(request.controlGroup)
      let (step, shell) = request.plan.instruction(at: translator.position, bases: request.bases)
      throw BuildFailure(errors: output.stderrText, step: step, shell: shell, folder: folder.context)
    }
    guard let id = translator.imageID.flatMap({ Digest(hex: $0) }) else {
      throw EngineError(.system, "buildah did not say what it built")
    }
    return id
  }

  /// Writes the steps' system call filter, and the program that checks their mounts.
  private static func writeStepFiles(_ request: ImageBuildRequest, _ buildah: Buildah, _ folder: BuildFolder) throws {
    try AtomicFile.write(
      request.systemCallFilterFile(work: folder.path), request.systemCallFilter, isDurable: false)
    let program = request.stepRuntime(work: folder.path)
    try makeDirectories("\(folder.path)/checked", mode: 0o700)
    let script = StepMounts.script(
      checker: request.checker, runtime: request.runtime, storage: Buildah.storage(below: buildah.root),
      work: folder.path)
    try AtomicFile.write(program, Array(script.utf8), isDurable: false, mode: 0o700)
  }

  /// Copies the built image from buildah's storage to ours. buildah exports only the layers that our store does not
  /// have.
  private func importBuiltImage(
    _ id: Digest, _ names: [String], _ buildah: Buildah, _ folder: BuildFolder
  ) async throws -> StoredImage {
    var document: [UInt8] = []
    _ = try await buildah.run("inspect", ["--type", "image", "--format", "{{.Config}}", id.hex]) { document += $0 }
      .requireSuccess("reading the image that was built")
    while document.last == UInt8(ascii: "\n") { document.removeLast() }
    guard Digest.of(document) == id else { throw EngineError(.system, "buildah's image \(id.short) is damaged") }
    let configuration = try BuildahMetadata.removed(from: ImageConfiguration(json: document))
    let bytes = try configuration.json()
    let image: StoredImage
    if let known = try? resolve("\(Digest.of(bytes))") {
      image = known
    } else {
      image = try await ingest(id, configuration.diffIDs, bytes, buildah, folder)
    }
    for name in names { try await tag("\(image.id)", as: name) }
    return try resolve("\(image.id)")
  }

  private func ingest(
    _ id: Digest, _ layers: [Digest], _ configuration: [UInt8], _ buildah: Buildah, _ folder: BuildFolder
  ) async throws -> StoredImage {
    let (database, result) = (database, folder.result)
    let (known, lease) = try await database.exclusively {
      var known: [Digest: OCIDescriptor] = [:]
      for image in database.records.images.values {
        for layer in image.layers where layers.contains(layer.diffID) { known[layer.diffID] = layer.blob }
      }
      return (known, database.lease(Set(known.values.map(\.digest))))
    }
    let outcome: Result<StoredImage, any Error>
    do {
      try await onDedicatedThread("image layout") {
        // buildah skips a layer if a file with its diffID exists. It checks only the existence.
        try makeDirectories("\(result)/blobs/sha256", mode: 0o700)
        for digest in known.keys {
          try AtomicFile.write("\(result)/blobs/sha256/\(digest.hex)", [], isDurable: false)
        }
      }
      _ = try await buildah.run("push", ["--quiet", id.hex, "oci:\(result):built"])
        .requireSuccess("exporting the image from buildah's storage")
      let files = try await onDedicatedThread("image layout") {
        try Self.exportedLayers(to: result, known, layers, database.content)
      }
      outcome = .success(try await ingest(ImageIngester.Contents(configuration: configuration, layers: files), nil))
    } catch {
      outcome = .failure(error)
    }
    try await endLease(lease)
    return try outcome.get()
  }
}

extension ImageStore {
  /// The layer archives of the built image: known ones from our store, new ones from buildah.
  ///
  /// - Parameter layers: the diffIDs.
  private static func exportedLayers(
    to folder: String, _ known: [Digest: OCIDescriptor], _ layers: [Digest], _ content: ContentStore
  ) throws -> [StagingFolder.File] {
    func document<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
      try CanonicalJSON.decode(type, try AtomicFile.read("\(folder)/\(path)", limit: 8 << 20), path)
    }
    let index = try document(OCIIndex.self, "index.json")
    guard let descriptor = index.manifests.first else { throw EngineError(.system, "buildah wrote no image") }
    let manifest = try document(OCIManifest.self, "blobs/sha256/\(descriptor.digest.hex)")
    guard manifest.layers.count == layers.count else {
      throw EngineError(.system, "buildah wrote \(manifest.layers.count) layers of \(layers.count)")
    }
    return try zip(layers, manifest.layers).map { digest, written in
      if let blob = known[digest] {
        return StagingFolder.File(path: content.path(blob.digest), digest: blob.digest, size: blob.size)
      }
      let path = "\(folder)/blobs/sha256/\(written.digest.hex)"
      let actual = DigestingSource(try DescriptorSource(path: path))
      guard try actual.finish() == written.digest else {
        throw EngineError(.system, "layer \(written.digest) from buildah is damaged")
      }
      return StagingFolder.File(path: path, digest: written.digest, size: actual.count)
    }
  }
}

/// Metadata that buildah adds to a built image for its own use.
enum BuildahMetadata {
  static func removed(from configuration: ImageConfiguration) -> ImageConfiguration {
    var result = configuration
    for index in result.history.indices where result.history[index].comment.hasPrefix("FROM ") {
      result.history[index].comment = ""
    }
    func nonEmpty(_ arguments: [String]?) -> [String]? { arguments?.isEmpty == false ? arguments : nil }
    result.container.entrypoint = nonEmpty(result.container.entrypoint)
    result.container.command = nonEmpty(result.container.command)
    result.container.shell = nonEmpty(result.container.shell)
    return result
  }
}
