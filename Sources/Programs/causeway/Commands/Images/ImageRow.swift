import EngineAPI

/// Formats images as rows of `images`, one row for each name, with the field names of Docker's templates.
enum ImageRow {
  static let headers = [
    "ID": "IMAGE ID", "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT", "Size": "SIZE", "Containers": "CONTAINERS", "VirtualSize": "VIRTUAL SIZE",
    "SharedSize": "SHARED SIZE", "UniqueSize": "UNIQUE SIZE",
  ]

  static func id(_ id: String, truncates: Bool) -> String {
    guard truncates else { return id }
    return String((id.hasPrefix("sha256:") ? id.dropFirst(7) : id[...]).prefix(12))
  }

  /// - Parameter uniqueSize: the size that the image shares with no other; `nil` when unknown.
  static func rows(
    of image: Wire.ImageSummary, truncates: Bool, now: Int64, uniqueSize: String? = nil
  ) -> [ListRow] {
    var digests: [String: String] = [:]
    for reference in image.RepoDigests {
      let (repository, digest) = ImageReference.parts(reference)
      digests[repository] = digest
    }
    let names = image.RepoTags.filter { $0 != "<none>:<none>" }.map(ImageReference.parts)
    guard !names.isEmpty else {
      let repository = digests.keys.sorted().first ?? "<none>"
      return [row(image, (repository, "<none>"), digests[repository] ?? "<none>", truncates, now, uniqueSize)]
    }
    return names.map { row(image, $0, digests[$0.repository] ?? "<none>", truncates, now, uniqueSize) }
  }

  private static func row(
    _ image: Wire.ImageSummary, _ name: (repository: String, tag: String), _ digest: String, _ truncates: Bool,
    _ now: Int64, _ uniqueSize: String?
  ) -> ListRow {
    let size = HumanText.size(image.Size)
    let fields = [
      "Containers": image.Containers < 0 ? "N/A" : String(image.Containers),
      "CreatedAt": DateText.local(image.Created),
      // The creation time is zero when the image does not name one.
      "CreatedSince": image.Created <= 0 ? "N/A" : ContainerStatus.duration(seconds: now - image.Created) + " ago",
      "Digest": digest, "ID": id(image.Id, truncates: truncates), "Repository": name.repository,
      "SharedSize": image.SharedSize < 0 ? "N/A" : HumanText.size(image.SharedSize), "Size": size, "Tag": name.tag,
      "UniqueSize": uniqueSize ?? "N/A", "VirtualSize": HumanText.size(image.Size, digits: 4),
    ]
    return ListRow(fields, labels: image.Labels ?? [:])
  }
}
