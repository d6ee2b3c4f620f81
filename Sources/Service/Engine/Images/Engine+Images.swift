package import EngineModel
import Images
package import Kernel

extension Engine {
  /// - Throws: `unavailable` before the engine was started.
  func imageStore() throws -> ImageStore {
    guard let store = try parts.imageStore else { throw EngineError(.unavailable, "there is no image store") }
    return store
  }

  /// Filters: `before`, `dangling`, `label`, `reference`, `since`, `until`.
  package func images(
    _ filters: Filters = Filters(), all: Bool = false, withSharedSizes: Bool = false
  ) async throws -> [ImageView] {
    try filters.check(allowed: ["before", "dangling", "label", "label!", "reference", "since", "until"])
    let store = try imageStore()
    let dangling = try filters.flag("dangling")
    func created(_ key: String) throws -> Timestamp? {
      try filters[key]?.first.map { try store.resolve($0).configuration.created ?? Timestamp(nanoseconds: 0) }
    }
    let (before, since, until) = (try created("before"), try created("since"), try filters.until(now: .now))
    func references(_ image: StoredImage) -> [String] {
      let patterns = filters["reference"] ?? []
      return (image.tags + image.repositoryDigests).filter { name in patterns.contains { Self.fits(name, $0) } }
    }
    let sizes = withSharedSizes ? LayerSizes(store.images) : nil
    return store.images.filter { image in
      let time = image.configuration.created ?? Timestamp(nanoseconds: 0)
      return (dangling.map { $0 == image.isDangling } ?? true) && (before.map { time < $0 } ?? true)
        && (since.map { time > $0 } ?? true) && (until.map { time < $0 } ?? true)
        && filters.matches(labels: image.configuration.container.labels)
        && (filters["reference"] == nil || !references(image).isEmpty)
    }.map { image in
      var shown = view(image)
      // An image with several names shows only the names that match.
      if filters["reference"] != nil {
        let names = Set(references(image))
        shown.tags.removeAll { !names.contains($0) }
        shown.digests.removeAll { !names.contains($0) }
      }
      shown.sharedSize = sizes?.shared(by: image)
      return shown
    }
  }

  /// Matches a shell pattern against a name with or without its tag or digest.
  static func fits(_ name: String, _ pattern: String) -> Bool {
    let repository = String(name[..<(name.firstIndex(of: "@") ?? name.lastIndex(of: ":") ?? name.endIndex)])
    return GlobPattern(pattern).matches(name) || GlobPattern(pattern).matches(repository)
  }

  package func image(_ reference: String) async throws -> ImageView { view(try imageStore().resolve(reference)) }

  /// The steps that made an image, last step first.
  package func imageHistory(_ reference: String) throws -> [ImageHistoryItem] {
    try imageStore().resolve(reference).history
  }

  func view(_ image: StoredImage) -> ImageView {
    let configuration = image.configuration
    var view = ImageView(
      id: "\(image.id)", tags: image.tags, digests: image.repositoryDigests, created: configuration.created,
      size: image.size, architecture: configuration.architecture, variant: configuration.variant,
      operatingSystem: configuration.operatingSystem, author: configuration.author, comment: configuration.comment,
      configuration: configuration.container, layers: configuration.diffIDs.map { "\($0)" },
      containers: users(of: image.id).count)
    view.triggers = configuration.onBuild
    return view
  }

  /// Those that are being created hold their images, too.
  private var containersWithImages: [Container] {
    Array(state.containers.values) + state.pendingContainers.values
  }

  private func users(of image: Digest) -> [DependentContainer] {
    containersWithImages.filter { $0.imageID == "\(image)" }
      .map { DependentContainer(container: $0.id, isRunning: $0.state.isRunning) }
  }

  /// A snapshot of the containers of every image: the store calls it on a thread of its own.
  private var imageUsers: @Sendable (Digest) -> [DependentContainer] {
    var users: [String: [DependentContainer]] = [:]
    for container in containersWithImages {
      let user = DependentContainer(container: container.id, isRunning: container.state.isRunning)
      users[container.imageID, default: []].append(user)
      for point in container.mounts where point.kind == .image { users[point.source, default: []].append(user) }
    }
    let table = users
    return { table["\($0)"] ?? [] }
  }

  /// - Throws: `conflict` when containers use it, in Docker's words.
  package func removeImage(_ reference: String, force: Bool = false, prune: Bool = true) async throws -> [ImageDeletion]
  {
    let changes = try await imageStore().remove(reference, isForced: force, users: imageUsers)
    return changes.map(deletion)
  }

  /// Filters: `dangling` (true unless said otherwise), `label`, `label!`, `until`.
  package func pruneImages(_ filters: Filters = Filters()) async throws -> (deleted: [ImageDeletion], reclaimed: Int64)
  {
    try filters.check(allowed: ["dangling", "label", "label!", "until"])
    let until = try filters.until(now: .now)
    let result = try await imageStore().prune(
      all: !(try filters.flag("dangling") ?? true),
      matching: { image in
        filters.matches(labels: image.configuration.container.labels)
          && (until.map { (image.configuration.created ?? Timestamp(nanoseconds: 0)) < $0 } ?? true)
      }, users: imageUsers)
    let deleted = result.effects.map(deletion)
    emitPrune(.image, reclaimed: result.reclaimed)
    return (deleted, result.reclaimed)
  }

  private func deletion(_ change: ImageRemovalEffect) -> ImageDeletion {
    switch change {
    case .untagged(let name):
      emit(.image, "untag", name, ["name": name])
      return .untagged(name)
    case .deleted(let digest):
      emit(.image, "delete", "\(digest)", ["name": "\(digest)"])
      return .deleted("\(digest)")
    }
  }

  package func tagImage(_ reference: String, repository: String, tag: String) async throws {
    let store = try imageStore()
    let image = try store.resolve(reference)
    let name = tag.isEmpty ? repository : "\(repository):\(tag)"
    try await store.tag(reference, as: name)
    emit(.image, "tag", "\(image.id)", ["name": try ImageReference(name).withDefaultTag.familiar])
  }

  /// Loads an archive of `docker save`, or an OCI layout.
  ///
  /// - Parameter report: gets the lines that `docker load` prints.
  /// - Returns: a reference or an id of each loaded image.
  package func loadImages(
    _ archive: ByteStream, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> [String] {
    let result = try await imageStore().load(.stream(archive), report: report)
    for name in result.loaded { emit(.image, "load", name, ["name": name]) }
    return result.loaded
  }

  /// The images that ``saveImages(_:)`` would write.
  package func imagesToSave(_ names: [String]) throws -> [ImageView] {
    try imageStore().imagesToSave(names).map(view)
  }

  /// Prepares an archive of images, in the format of `docker save`.
  ///
  /// - Returns: a function that writes the archive.
  package func saveImages(_ names: [String]) throws -> @Sendable (OwnedDescriptor) async throws -> Void {
    let store = try imageStore()
    return { try await store.save(names, to: $0) }
  }

  /// Creates an image with one layer from an archive of a root file system.
  ///
  /// - Parameter changes: instructions as in a Dockerfile (`CMD …`).
  /// - Returns: the image's id.
  package func importImage(
    _ archive: ByteStream, repository: String = "", tag: String = "", message: String = "",
    changes: [String] = [], architecture: String? = nil, variant: String = ""
  ) async throws -> String {
    let name = repository.isEmpty ? nil : tag.isEmpty ? repository : "\(repository):\(tag)"
    let image = try await imageStore().import(
      .stream(archive), name: name, changes: changes, message: message.isEmpty ? "Imported from -" : message,
      architecture: architecture, variant: variant)
    emit(.image, "import", "\(image.id)", ["name": name ?? "\(image.id)"])
    return "\(image.id)"
  }
}
