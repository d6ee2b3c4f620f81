package import EngineModel

/// A container that uses an image.
package struct DependentContainer: Sendable, Hashable {
  package var container: ContainerID
  package var isRunning: Bool

  package init(container: ContainerID, isRunning: Bool) {
    self.container = container
    self.isRunning = isRunning
  }
}

/// One effect of a removal, in the order of the effects.
package enum ImageRemovalEffect: Sendable, Hashable {
  /// An image lost a reference: `busybox:latest`.
  case untagged(String)
  /// An image or a layer was removed: `sha256:…`.
  case deleted(Digest)
}

/// Decides the effects of removing an image by a reference or an id, as Docker does: removing a reference removes the
/// image only if it was the last one, and containers that use the image prevent its removal.
struct ImageRemovalPlan {
  private(set) var records: ImageRecords
  private(set) var effects: [ImageRemovalEffect] = []
  /// The image to remove; `nil`: the request only removes references.
  private(set) var removed: StoredImage?
  private let isForced: Bool
  private let users: [DependentContainer]

  /// - Throws: `notFound`; `conflict` in Docker's words.
  init(_ text: String, from records: ImageRecords, isForced: Bool, users: (Digest) -> [DependentContainer])
    throws(EngineError)
  {
    self.records = records
    self.isForced = isForced
    let image = try records.resolve(text)
    self.users = users(image.id)
    if records.isReference(text, to: image) {
      try removeByName(text, image)
    } else {
      try removeByID(image)
    }
  }

  private mutating func removeByName(_ text: String, _ image: StoredImage) throws(EngineError) {
    let typed = try ImageReference(text)
    let reference = records.references[typed.withDefaultTag] != nil ? typed.withDefaultTag : typed
    if !isForced, Self.isSingle(image.references), let user = users.first {
      throw EngineError(
        .conflict,
        "conflict: unable to remove repository reference \"\(text)\" (must force) - "
          + "container \(user.container.short) is using its referenced image \(image.id.short)")
    }
    untag(reference)
    // References by digest have no meaning after the repository's last tag is gone.
    let rest = remaining(image)
    if reference.digest == nil, !rest.contains(where: { $0.tag != nil && $0.name == reference.name }) {
      for other in rest where other.name == reference.name { untag(other) }
    }
    guard remaining(image).isEmpty else { return }
    do {
      try delete(image)
    } catch {
      // The reference is gone, as requested. The image stays for the container that uses it.
      if users.isEmpty { throw error }
    }
  }

  private mutating func removeByID(_ image: StoredImage) throws(EngineError) {
    if Self.isSingle(image.references) {
      try checkUsers(image)
      for reference in image.references.sorted(by: { $0.description < $1.description }) { untag(reference) }
    }
    try delete(image)
  }

  private mutating func delete(_ image: StoredImage) throws(EngineError) {
    try checkUsers(image)
    let rest = remaining(image)
    guard isForced || rest.isEmpty else { throw conflict(image, "image is referenced in multiple repositories") }
    for reference in rest.sorted(by: { $0.description < $1.description }) { untag(reference) }
    records.remove(image.id)
    effects.append(.deleted(image.id))
    removed = image
  }

  /// A running container always prevents the removal; a stopped one only without force.
  private func checkUsers(_ image: StoredImage) throws(EngineError) {
    if let running = users.first(where: \.isRunning) {
      throw conflict(image, "image is being used by running container \(running.container.short)", canForce: false)
    }
    if !isForced, let stopped = users.first {
      throw conflict(image, "image is being used by stopped container \(stopped.container.short)")
    }
  }

  private func conflict(_ image: StoredImage, _ reason: String, canForce: Bool = true) -> EngineError {
    let force = canForce ? "must be forced" : "cannot be forced"
    return EngineError(.conflict, "conflict: unable to delete \(image.id.short) (\(force)) - \(reason)")
  }

  private func remaining(_ image: StoredImage) -> Set<ImageReference> { records.images[image.id]?.references ?? [] }

  private mutating func untag(_ reference: ImageReference) {
    records.removeReference(reference)
    effects.append(.untagged(reference.familiar))
  }

  /// Whether all references are in one repository, with at most one tag.
  private static func isSingle(_ references: Set<ImageReference>) -> Bool {
    references.count { $0.tag != nil } <= 1 && Set(references.map(\.name)).count <= 1
  }
}
