extension Command {
  static var containerPause: Command {
    Command(
      "container pause", "pause", usage: "CONTAINER [CONTAINER...]",
      summary: "Pause all processes within one or more containers",
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.forEach(invocation.arguments) { name in
        try await invocation.engine.post(invocation.path("containers", name, "/pause"))
        invocation.printLine(name)
      }
    }
  }
}
