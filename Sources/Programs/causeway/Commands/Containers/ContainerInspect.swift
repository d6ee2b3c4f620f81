import JSON

extension Command {
  static var containerInspect: Command {
    Command(
      "container inspect", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      summary: "Display detailed information on one or more containers",
      options: [
        .text("format", "f", "Format output using a custom template"),
        .flag("size", "s", "Display total file sizes"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let query: EngineSession.Query = invocation.options.flag("size") ? [("size", "1")] : []
      return try await Inspection(invocation: invocation).show { name in
        try await invocation.engine.json(invocation.path("containers", name, "/json"), query)
      }
    }
  }
}
