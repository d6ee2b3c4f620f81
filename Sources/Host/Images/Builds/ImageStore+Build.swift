import EngineModel
import Glibc
import Kernel
import Logging

extension ImageStore {
  /// Builds an image and takes it into the store under its names.
  ///
  /// When the task is cancelled the build ends, and nothing of it is left but the cache of the steps that were done.
  ///
  /// - Parameter show: is given what the classic builder of Docker would print, piece by piece.
  /// - Throws: ``BuildFailure`` when a step fails; `unavailable` when buildah is not installed.
  public func build(
    _ order: BuildInstructions, show: @escaping @Sendable (String) async throws -> Void
  ) async throws -> StoredImage {
    let folder = order.context.folder
    let (catalogue, builder) = (catalogue, builder)
    return try await builder.using(in: folder) { buildah in
      for image in Set(order.bases.values) { try await builder.lay(image, catalogue.content, buildah, folder) }
      let id = try await Self.run(order, buildah, folder, show)
      return try await self.takeBuilt(id, order.names, buildah, folder)
    }
  }

  private static func run(
    _ order: BuildInstructions, _ buildah: Buildah, _ folder: BuildFolder,
    _ show: @escaping @Sendable (String) async throws -> Void
  ) async throws -> Digest {
    let identifiers = order.bases.mapValues(\.id.hex)
    let script = try order.plan.script(identifiers, bases: order.bases)
    try await onDedicatedThread("build folder") { try folder.lay(script) }
    var transcript = BuildTranscript(order.plan, identifiers, place: order.place.short)
    let place = Buildah.Place(
      namespace: order.namespace, resolverConfiguration: order.resolverConfiguration, hosts: order.hosts)
    try SafeFile.write(
      "\(folder.path)/\(BuildFolder.controlGroupName)", Array(order.controlGroup.utf8), isDurable: false)
    let output: Tool.Output
    do {
      output = try await buildah.run(
        "build",
        order.flags(work: folder.path)
          + (script.files.isEmpty ? [] : ["--build-context", "\(BuildScript.context)=\(folder.documents)"])
          + ["--file", folder.dockerfile, folder.context], in: place
      ) { bytes in
        let text = transcript.take(bytes)
        if !text.isEmpty { try await show(text) }
      }
    } catch {
      ControlGroup.remove(order.controlGroup)
      throw error
    }
    let rest = transcript.finish()
    if !rest.isEmpty { try await show(rest) }
    guard output.status.isSuccess else {
      ControlGroup.remove(order.controlGroup)
      let (step, shell) = order.plan.instruction(at: transcript.position, bases: order.bases)
      throw BuildFailure(errors: output.stderrText, step: step, shell: shell, folder: folder.context)
    }
    guard let id = transcript.imageID.flatMap({ Digest(hex: $0) }) else {
      throw EngineError(.system, "buildah did not say what it built")
    }
    return id
  }

  /// What is built is in buildah's storage. Of its layers only those are written out that are not in ours.
  private func takeBuilt(
    _ id: Digest, _ names: [String], _ buildah: Buildah, _ folder: BuildFolder
  ) async throws -> StoredImage {
    var document: [UInt8] = []
    _ = try await buildah.run("inspect", ["--type", "image", "--format", "{{.Config}}", id.hex]) { document += $0 }
      .requireSuccess("reading the image that was built")
    while document.last == UInt8(ascii: "\n") { document.removeLast() }
    guard Digest.of(document) == id else { throw EngineError(.system, "buildah's image \(id.short) is damaged") }
    let configuration = try BuiltConfiguration.cleaned(ImageConfiguration(json: document))
    let bytes = try configuration.json()
    let image: StoredImage
    if let known = try? resolve("\(Digest.of(bytes))") {
      image = known
    } else {
      image = try await take(id, configuration.layers, bytes, buildah, folder)
    }
    for name in names { try await tag("\(image.id)", as: name) }
    return try resolve("\(image.id)")
  }

  private func take(
    _ id: Digest, _ layers: [Digest], _ configuration: [UInt8], _ buildah: Buildah, _ folder: BuildFolder
  ) async throws -> StoredImage {
    let (catalogue, result) = (catalogue, folder.result)
    let (known, lease) = try await catalogue.exclusively {
      var known: [Digest: OCIDescriptor] = [:]
      for image in catalogue.names.images.values {
        for layer in image.layers where layers.contains(layer.digest) { known[layer.digest] = layer.blob }
      }
      return (known, catalogue.lease(Set(known.values.map(\.digest))))
    }
    let outcome: Result<StoredImage, any Error>
    do {
      try await onDedicatedThread("image layout") {
        // buildah writes no layer of which it finds a file under the plain digest: that there is one is all it looks at.
        try makeDirectories("\(result)/blobs/sha256", mode: 0o700)
        for digest in known.keys {
          try SafeFile.write("\(result)/blobs/sha256/\(digest.hex)", [], isDurable: false)
        }
      }
      _ = try await buildah.run("push", ["--quiet", id.hex, "oci:\(result):built"])
        .requireSuccess("taking the image out of buildah's storage")
      let files = try await onDedicatedThread("image layout") {
        try Self.pushed(to: result, known, layers, catalogue.content)
      }
      outcome = .success(try await take(ImageImporter.Parts(configuration: configuration, layers: files), nil))
    } catch {
      outcome = .failure(error)
    }
    try await endLease(lease)
    return try outcome.get()
  }
}

extension ImageStore {
  /// The archives of an image's layers: those that were in our store, and those that buildah wrote.
  ///
  /// - Parameter layers: the digests of the plain archives.
  private static func pushed(
    to folder: String, _ known: [Digest: OCIDescriptor], _ layers: [Digest], _ content: ContentStore
  ) throws -> [ArchiveSpool.File] {
    func document<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
      try CanonicalJSON.decode(type, try SafeFile.read("\(folder)/\(path)", limit: 8 << 20), path)
    }
    let index = try document(OCIIndex.self, "index.json")
    guard let descriptor = index.manifests.first else { throw EngineError(.system, "buildah wrote no image") }
    let manifest = try document(OCIManifest.self, "blobs/sha256/\(descriptor.digest.hex)")
    guard manifest.layers.count == layers.count else {
      throw EngineError(.system, "buildah wrote \(manifest.layers.count) layers of \(layers.count)")
    }
    return try zip(layers, manifest.layers).map { digest, written in
      if let blob = known[digest] {
        return ArchiveSpool.File(path: content.path(blob.digest), digest: blob.digest, size: blob.size)
      }
      let path = "\(folder)/blobs/sha256/\(written.digest.hex)"
      let actual = DigestingSource(try DescriptorSource(path: path))
      guard try actual.finish() == written.digest else {
        throw EngineError(.system, "layer \(written.digest) from buildah is damaged")
      }
      return ArchiveSpool.File(path: path, digest: written.digest, size: actual.count)
    }
  }
}

/// What buildah notes in an image that nobody but buildah reads.
enum BuiltConfiguration {
  static func cleaned(_ configuration: ImageConfiguration) -> ImageConfiguration {
    var result = configuration
    for index in result.history.indices where result.history[index].comment.hasPrefix("FROM ") {
      result.history[index].comment = ""
    }
    func given(_ words: [String]?) -> [String]? { words?.isEmpty == false ? words : nil }
    result.container.entrypoint = given(result.container.entrypoint)
    result.container.command = given(result.container.command)
    result.container.shell = given(result.container.shell)
    return result
  }
}
