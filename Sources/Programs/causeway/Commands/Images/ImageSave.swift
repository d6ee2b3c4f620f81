import EngineClient

extension Command {
  static var imageSave: Command {
    Command(
      "image save", "save", usage: "[OPTIONS] IMAGE [IMAGE...]",
      summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
      options: [
        .text("output", "o", "Write to a file, instead of STDOUT"),
        .text(
          "platform", nil,
          "Save only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      var query: EngineSession.Query = invocation.arguments.map { ("names", $0) }
      if let platform = invocation.options.text("platform") { query.append(("platform", PlatformText.json(platform))) }
      try await ArchiveOutput(path: invocation.options.text("output"), verb: "saving").write { [query] in
        try await invocation.engine.stream(.get, "/images/get", query)
      }
      return 0
    }
  }
}
