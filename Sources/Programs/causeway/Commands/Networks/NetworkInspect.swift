import JSON

extension Command {
  static var networkInspect: Command {
    Command(
      "network inspect", usage: "[OPTIONS] NETWORK [NETWORK...]",
      summary: "Display detailed information on one or more networks",
      options: [
        .text("format", "f", "Format output using a custom template"),
        .flag("verbose", "v", "Verbose output for diagnostics"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let query: EngineSession.Query = invocation.options.flag("verbose") ? [("verbose", "true")] : []
      return try await Inspection(invocation: invocation).show { name in
        try await invocation.engine.json(invocation.path("networks", name), query)
      }
    }
  }
}
