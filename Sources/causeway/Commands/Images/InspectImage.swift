extension Command {
  static var inspectImage: Command {
    Command(
      "image inspect", usage: "[OPTIONS] IMAGE [IMAGE...]",
      summary: "Display detailed information on one or more images",
      options: [.text("format", "f", "Format output using a custom template")], arguments: .atLeast(1)
    ) { invocation in
      try await Inspection(invocation: invocation).show { name in
        try await invocation.engine.json(invocation.path("images", name, "/json"))
      }
    }
  }
}
