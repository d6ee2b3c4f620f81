import JSON

extension Command {
  static var volumeInspect: Command {
    Command(
      "volume inspect", usage: "[OPTIONS] VOLUME [VOLUME...]",
      summary: "Display detailed information on one or more volumes",
      options: [.text("format", "f", "Format output using a custom template")], arguments: .atLeast(1)
    ) { invocation in
      try await Inspection(invocation: invocation).show { name in
        try await invocation.engine.json(invocation.path("volumes", name))
      }
    }
  }
}
