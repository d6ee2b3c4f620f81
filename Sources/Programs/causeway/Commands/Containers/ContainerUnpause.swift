extension Command {
  static var containerUnpause: Command {
    Command(
      "container unpause", "unpause", usage: "CONTAINER [CONTAINER...]",
      summary: "Unpause all processes within one or more containers",
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.forEach(invocation.arguments) { name in
        try await invocation.engine.post(invocation.path("containers", name, "/unpause"))
        invocation.printLine(name)
      }
    }
  }
}
