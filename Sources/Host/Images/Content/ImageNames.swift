import EngineModel

/// Which images there are and what they are called: the part of the store that changes. A value; what is on the disk
/// is its index document.
struct ImageNames: Sendable, Hashable {
  private(set) var images: [Digest: StoredImage] = [:]
  private(set) var references: [ImageReference: Digest] = [:]

  /// An image that is there already keeps what it has: its layers are unpacked from the same archives.
  mutating func add(_ image: StoredImage) {
    if images[image.id] == nil { images[image.id] = image }
  }

  /// Gives an image a name, and takes it from the image that had it.
  ///
  /// - Returns: the image that had it, if it was another one.
  @discardableResult
  mutating func name(_ id: Digest, _ reference: ImageReference) -> Digest? {
    let before = references[reference]
    if let before { images[before]?.references.remove(reference) }
    references[reference] = id
    images[id]?.references.insert(reference)
    return before == id ? nil : before
  }

  mutating func removeName(_ reference: ImageReference) {
    guard let id = references.removeValue(forKey: reference) else { return }
    images[id]?.references.remove(reference)
  }

  mutating func remove(_ id: Digest) {
    guard let image = images.removeValue(forKey: id) else { return }
    for reference in image.references { references[reference] = nil }
  }

  /// Finds an image by name, name and digest, id with or without `sha256:`, or the unique beginning of an id.
  ///
  /// - Throws: `notFound` "No such image: busybox:latest"; `invalidParameter` for what can be no reference.
  func resolve(_ text: String) throws(EngineError) -> StoredImage {
    if let id = Digest(text) ?? Digest(hex: text) {
      guard let image = images[id] else { throw EngineError(.notFound, "No such image: \(text)") }
      return image
    }
    // `sha256:4f3` is the beginning of an id, though by its form it could be a tag of a repository `sha256`.
    let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let reference: ImageReference
    do {
      reference = try ImageReference(text)
    } catch {
      guard let image = byBeginning(digits) else { throw error }
      return image
    }
    if let id = references[reference.withDefaultTag] ?? references[reference], let image = images[id] { return image }
    if let image = byDigest(reference) ?? byBeginning(digits) { return image }
    throw EngineError(.notFound, "No such image: \(reference.withDefaultTag.familiar)")
  }

  /// Whether the text is, in full or in short, one of the names of the image to which it resolves, not its id.
  func isNamed(_ text: String, _ image: StoredImage) -> Bool {
    guard let reference = try? ImageReference(text) else { return false }
    return references[reference.withDefaultTag] == image.id || references[reference] == image.id
      || reference.digest != nil
  }

  /// The tagged names of a repository, in order.
  func tags(of repository: ImageReference) -> [ImageReference] {
    references.keys.filter { $0.name == repository.name && $0.tag != nil }.sorted { $0.description < $1.description }
  }

  /// The digest decides: of the manifest, or of the image itself if that has a name in the repository.
  private func byDigest(_ reference: ImageReference) -> StoredImage? {
    guard let digest = reference.digest else { return nil }
    let bare = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: digest)
    if let id = references[bare] { return images[id] }
    return images.values.first { image in
      (image.id == digest || image.manifest.digest == digest)
        && image.references.contains { $0.name == reference.name }
    }
  }

  private func byBeginning(_ digits: String) -> StoredImage? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    var found: StoredImage?
    for (id, image) in images where id.hex.hasPrefix(digits) {
      if found != nil { return nil }
      found = image
    }
    return found
  }

  /// As an OCI index: an image's manifest once for each of its names, or once without a name.
  var index: OCIIndex {
    var descriptors: [OCIDescriptor] = []
    for image in images.values.sorted(by: { $0.id.hex < $1.id.hex }) {
      var descriptor = image.manifest
      descriptor.annotations = nil
      if image.references.isEmpty { descriptors.append(descriptor) }
      for reference in image.references.sorted(by: { $0.description < $1.description }) {
        descriptor.annotations = [OCIAnnotation.imageName: reference.description]
        descriptor.annotations?[OCIAnnotation.referenceName] = reference.tag
        descriptors.append(descriptor)
      }
    }
    return OCIIndex(manifests: descriptors)
  }
}
