import EngineModel
import Kernel

/// The contents of a saved archive.
struct SavePlan: Sendable {
  struct Image: Sendable {
    let image: StoredImage
    var references: [ImageReference]
  }

  private(set) var images: [Image] = []

  init(_ texts: [String], from records: ImageRecords) throws(EngineError) {
    for text in texts {
      let reference = try? ImageReference(text)
      // A repository without a tag means all its tags.
      if let reference, reference.tag == nil, reference.digest == nil {
        let tags = records.tags(of: reference)
        for tag in tags { add(try records.resolve(tag.description), tag) }
        if !tags.isEmpty { continue }
      }
      let image = try records.resolve(text)
      add(image, reference.flatMap { $0.tag != nil && records.references[$0] == image.id ? $0 : nil })
    }
  }

  private mutating func add(_ image: StoredImage, _ reference: ImageReference?) {
    let index = images.firstIndex { $0.image.id == image.id } ?? images.endIndex
    if index == images.endIndex { images.append(Image(image: image, references: [])) }
    if let reference, !images[index].references.contains(reference) { images[index].references.append(reference) }
  }

  private struct SavedImage: Codable {
    var Config: String
    var RepoTags: [String]?
    var Layers: [String]
  }

  private static func path(_ digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }

  func write(from content: ContentStore, to descriptor: OwnedDescriptor) throws {
    let tar = try TarWriter(descriptor)
    for digest in images.reduce(into: Set<Digest>(), { $0.formUnion($1.image.blobs) }).sorted(by: { $0.hex < $1.hex }) {
      guard let size = content.size(digest) else { throw EngineError(.system, "content \(digest) is missing") }
      try tar.add(Self.path(digest), file: content.path(digest), size: size)
    }
    try tar.add("index.json", CanonicalJSON.encode(index))
    try tar.add(
      "manifest.json",
      CanonicalJSON.encode(
        images.map { saved in
          SavedImage(
            Config: Self.path(saved.image.id), RepoTags: saved.references.map(\.familiar),
            Layers: saved.image.layers.map { Self.path($0.blob.digest) })
        }))
    try tar.add("oci-layout", CanonicalJSON.encode(OCILayoutFile()))
    try tar.close()
  }

  private var index: OCIIndex {
    var descriptors: [OCIDescriptor] = []
    for saved in images {
      var descriptor = saved.image.manifest
      descriptor.annotations = nil
      if saved.references.isEmpty { descriptors.append(descriptor) }
      for reference in saved.references {
        descriptor.annotations = [OCIAnnotation.imageName: reference.description]
        descriptor.annotations?[OCIAnnotation.referenceName] = reference.tag
        descriptors.append(descriptor)
      }
    }
    return OCIIndex(manifests: descriptors)
  }
}
