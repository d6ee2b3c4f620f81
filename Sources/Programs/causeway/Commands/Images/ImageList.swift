import EngineAPI

extension Command {
  static var imageList: Command {
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
        for image in images { invocation.printLine(ImageRow.id(image.Id, truncates: truncates)) }
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
