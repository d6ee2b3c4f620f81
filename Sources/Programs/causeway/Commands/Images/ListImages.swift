import EngineAPI

extension Command {
  static var listImages: Command {
    Command(
      "image ls", "image list", "images", usage: "[OPTIONS] [REPOSITORY[:TAG]]", summary: "List images",
      options: [
        .flag("all", "a", "Show all images (default hides intermediate images)"),
        .flag("digests", nil, "Show digests"),
        .list("filter", "f", "Filter output based on conditions provided", type: "filter"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("no-trunc", nil, "Don't truncate output"),
        .flag("quiet", "q", "Only show image IDs"),
      ],
      arguments: .atMost(1)
    ) { invocation in
      let options = invocation.options
      var filters = try FilterArguments(options.all("filter"))
      if let reference = invocation.arguments.first { filters.add("reference", reference) }
      var query: EngineSession.Query = options.flag("all") ? [("all", "1")] : []
      if !filters.isEmpty { query.append(("filters", filters.json)) }
      let images: [Wire.ImageSummary] = try await invocation.engine.get("/images/json", query)
      let truncates = !options.flag("no-trunc")
      guard !options.flag("quiet") || options.isSet("format") else {
        for image in images { invocation.say(ImageRow.id(image.Id, truncates: truncates)) }
        return 0
      }
      let now = Invocation.now
      let rows = images.flatMap {
        ImageRow.rows(of: $0, truncates: truncates, now: now)
      }
      let digest = options.flag("digests") ? "{{.Digest}}\t" : ""
      let list = ListFormat(
        options.text("format") ?? invocation.configuration.text("imagesFormat"),
        standard: "{{.Repository}}\t{{.Tag}}\t\(digest){{.ID}}\t{{.CreatedSince}}\t{{.Size}}")
      Descriptor.output.write(try list.text(headers: ImageRow.headers, rows: rows))
      return 0
    }
  }
}

/// Images as rows of `images`: one for each name, in the fields that Docker's templates know.
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

  /// - Parameter uniqueSize: what no other image has a share in; `nil`: not known.
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
      // An image that does not say when it was made has zero here.
      "CreatedSince": image.Created <= 0 ? "N/A" : HumanText.duration(seconds: now - image.Created) + " ago",
      "Digest": digest, "ID": id(image.Id, truncates: truncates), "Repository": name.repository,
      "SharedSize": image.SharedSize < 0 ? "N/A" : HumanText.size(image.SharedSize), "Size": size, "Tag": name.tag,
      "UniqueSize": uniqueSize ?? "N/A", "VirtualSize": HumanText.size(image.Size, digits: 4),
    ]
    return ListRow(fields, labels: image.Labels ?? [:])
  }
}
