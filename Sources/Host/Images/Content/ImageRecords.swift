import EngineModel

/// The stored images and their references. A value; the index document on the disk is its encoded form.
struct ImageRecords: Sendable, Hashable {
  private(set) var images: [Digest: StoredImage] = [:]
  private(set) var references: [ImageReference: Digest] = [:]

  /// Keeps an existing record: the layers of the same image are the same.
  mutating func add(_ image: StoredImage) {
    if images[image.id] == nil { images[image.id] = image }
  }

  /// Assigns a reference to an image. Another image that had the reference loses it.
  ///
  /// - Returns: the id of that other image.
  @discardableResult
  mutating func assign(_ reference: ImageReference, to id: Digest) -> Digest? {
    let before = references[reference]
    if let before { images[before]?.references.remove(reference) }
    references[reference] = id
    images[id]?.references.insert(reference)
    return before == id ? nil : before
  }

  mutating func removeReference(_ reference: ImageReference) {
    guard let id = references.removeValue(forKey: reference) else { return }
    images[id]?.references.remove(reference)
  }

  mutating func remove(_ id: Digest) {
    guard let image = images.removeValue(forKey: id) else { return }
    for reference in image.references { references[reference] = nil }
  }

  /// Finds an image by reference, by id with or without `sha256:`, or by a unique prefix of an id.
  ///
  /// - Throws: `notFound` "No such image: busybox:latest"; `invalidParameter` for a malformed reference.
  func resolve(_ text: String) throws(EngineError) -> StoredImage {
    if let id = Digest(text) ?? Digest(hex: text) {
      guard let image = images[id] else { throw EngineError(.notFound, "No such image: \(text)") }
      return image
    }
    // `sha256:4f3` is the prefix of an id, although it could also be a tag of a repository `sha256`.
    let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let reference: ImageReference
    do {
      reference = try ImageReference(text)
    } catch {
      guard let image = findByIDPrefix(digits) else { throw error }
      return image
    }
    if let id = references[reference.withDefaultTag] ?? references[reference], let image = images[id] { return image }
    if let image = findByDigest(reference) ?? findByIDPrefix(digits) { return image }
    throw EngineError(.notFound, "No such image: \(reference.withDefaultTag.familiar)")
  }

  /// Whether the text is a reference of the image, not its id.
  func isReference(_ text: String, to image: StoredImage) -> Bool {
    guard let reference = try? ImageReference(text) else { return false }
    return references[reference.withDefaultTag] == image.id || references[reference] == image.id
      || reference.digest != nil
  }

  /// The tagged references of a repository, sorted.
  func tags(of repository: ImageReference) -> [ImageReference] {
    references.keys.filter { $0.name == repository.name && $0.tag != nil }.sorted { $0.description < $1.description }
  }

  /// Finds an image by the digest of its manifest, or by its own id if it has a reference in the repository.
  private func findByDigest(_ reference: ImageReference) -> StoredImage? {
    guard let digest = reference.digest else { return nil }
    let bare = ImageReference(domain: reference.domain, path: reference.path, tag: nil, digest: digest)
    if let id = references[bare] { return images[id] }
    return images.values.first { image in
      (image.id == digest || image.manifest.digest == digest)
        && image.references.contains { $0.name == reference.name }
    }
  }

  private func findByIDPrefix(_ digits: String) -> StoredImage? {
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

  /// As an OCI index: an image's manifest once for each reference, or once without a reference.
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
