import JSON

extension Command {
  static var imageInspect: Command {
    Command(
      "image inspect", usage: "[OPTIONS] IMAGE [IMAGE...]",
      summary: "Display detailed information on one or more images",
      options: [
        .text("format", "f", "Format output using a custom template"),
        .text(
          "platform", nil,
          "Inspect a specific platform of the multi-platform image. 'os[/arch[/variant]]': Explicit platform (eg. "
            + "linux/amd64)"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let query: EngineSession.Query =
        invocation.options.text("platform").map { [("platform", PlatformText.json($0))] } ?? []
      return try await Inspection(invocation: invocation).show { name in
        try await invocation.engine.json(invocation.path("images", name, "/json"), query)
      }
    }
  }
}
