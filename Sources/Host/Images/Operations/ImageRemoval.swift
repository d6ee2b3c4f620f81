public import EngineModel

/// A container that was made from an image.
public struct ImageUser: Sendable, Hashable {
  public var container: ContainerID
  public var isRunning: Bool

  public init(container: ContainerID, isRunning: Bool) {
    self.container = container
    self.isRunning = isRunning
  }
}

/// What was done to images, in the order of the doing.
public enum ImageChange: Sendable, Hashable {
  /// A name was taken away: `busybox:latest`.
  case untagged(String)
  /// An image or a layer is gone: `sha256:…`.
  case deleted(Digest)
}

/// Decides what removing an image by one of its names or ids does, as Docker does it: a name is only taken away while
/// there are others; the last one takes the image with it; containers stand in the way.
struct ImageRemoval {
  private(set) var names: ImageNames
  private(set) var changes: [ImageChange] = []
  /// The image that goes, if one goes.
  private(set) var removed: StoredImage?
  private let isForced: Bool
  private let users: [ImageUser]

  /// - Throws: `notFound`; `conflict` in Docker's words.
  init(_ text: String, from names: ImageNames, isForced: Bool, users: (Digest) -> [ImageUser]) throws(EngineError) {
    self.names = names
    self.isForced = isForced
    let image = try names.resolve(text)
    self.users = users(image.id)
    if names.isNamed(text, image) {
      try removeByName(text, image)
    } else {
      try removeByID(image)
    }
  }

  private mutating func removeByName(_ text: String, _ image: StoredImage) throws(EngineError) {
    let typed = try ImageReference(text)
    let reference = names.references[typed.withDefaultTag] != nil ? typed.withDefaultTag : typed
    if !isForced, Self.isSingle(image.references), let user = users.first {
      throw EngineError(
        .conflict,
        "conflict: unable to remove repository reference \"\(text)\" (must force) - "
          + "container \(user.container.short) is using its referenced image \(image.id.short)")
    }
    untag(reference)
    // Digests of a repository mean nothing once its last tag is gone.
    let rest = remaining(image)
    if reference.digest == nil, !rest.contains(where: { $0.tag != nil && $0.name == reference.name }) {
      for other in rest where other.name == reference.name { untag(other) }
    }
    guard remaining(image).isEmpty else { return }
    do {
      try delete(image)
    } catch {
      // The name is gone, which is what was asked for; the image stays for the container that uses it.
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
    names.remove(image.id)
    changes.append(.deleted(image.id))
    removed = image
  }

  /// A running container always keeps its image; a stopped one unless force is used.
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

  private func remaining(_ image: StoredImage) -> Set<ImageReference> { names.images[image.id]?.references ?? [] }

  private mutating func untag(_ reference: ImageReference) {
    names.removeName(reference)
    changes.append(.untagged(reference.familiar))
  }

  /// At most one tag, and all names in one repository.
  private static func isSingle(_ references: Set<ImageReference>) -> Bool {
    references.count { $0.tag != nil } <= 1 && Set(references.map(\.name)).count <= 1
  }
}
