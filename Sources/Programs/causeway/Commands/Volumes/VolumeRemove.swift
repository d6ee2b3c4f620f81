extension Command {
  static var volumeRemove: Command {
    Command(
      "volume rm", "volume remove", usage: "[OPTIONS] VOLUME [VOLUME...]",
      summary: "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
      options: [.flag("force", "f", "Force the removal of one or more volumes")], arguments: .atLeast(1)
    ) { invocation in
      let query: EngineSession.Query = invocation.options.flag("force") ? [("force", "1")] : []
      return try await invocation.forEach(invocation.arguments) { name in
        try await invocation.engine.delete(invocation.path("volumes", name), query)
        invocation.printLine(name)
      }
    }
  }
}
