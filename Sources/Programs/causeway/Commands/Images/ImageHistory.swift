import EngineAPI

extension Command {
  static var imageHistory: Command {
    Command(
      "image history", "history", usage: "[OPTIONS] IMAGE", summary: "Show the history of an image",
      options: [
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("human", "H", "Print sizes and dates in human readable format", default: true),
        .flag("no-trunc", nil, "Don't truncate output"),
        .text("platform", nil, "Show history for the given platform. Formatted as \"os[/arch[/variant]]\""),
        .flag("quiet", "q", "Only show image IDs"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let layers: [Wire.ImageHistory] = try await invocation.engine.get(
        invocation.path("images", invocation.arguments[0], "/history"),
        options.text("platform").map { [("platform", PlatformText.json($0))] } ?? [])
      let truncates = !options.flag("no-trunc")
      let isHuman = options.flag("human")
      let now = Invocation.now
      guard !options.flag("quiet") || options.isSet("format") else {
        for layer in layers { invocation.printLine(ImageRow.id(layer.Id, truncates: truncates)) }
        return 0
      }
      let headers = [
        "ID": "IMAGE", "CreatedSince": "CREATED", "CreatedAt": "CREATED AT", "CreatedBy": "CREATED BY", "Size": "SIZE",
        "Comment": "COMMENT",
      ]
      let rows = layers.map { layer in
        let command = String(layer.CreatedBy.map { $0 == "\t" ? " " : $0 })
        let at = DateText.rfc3339(layer.Created)
        let since = layer.Created <= 0 ? "N/A" : ContainerStatus.duration(seconds: now - layer.Created) + " ago"
        let fields = [
          "Comment": layer.Comment, "CreatedAt": at, "CreatedBy": truncates ? ellipsis(command, 45) : command,
          "CreatedSince": isHuman ? since : at, "ID": ImageRow.id(layer.Id, truncates: truncates),
          "Size": isHuman ? HumanText.size(layer.Size) : String(layer.Size),
        ]
        return ListRow(fields)
      }
      let list = ListFormat(
        options.text("format"), standard: "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}")
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      return 0
    }
  }
}
