import EngineClient

extension Command {
  static var containerRemove: Command {
    Command(
      "container rm", "container remove", "rm", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      summary: "Remove one or more containers",
      options: [
        .flag("force", "f", "Force the removal of a running container (uses SIGKILL)"),
        .flag("link", "l", "Remove the specified link"),
        .flag("volumes", "v", "Remove anonymous volumes associated with the container"),
        .plan,
      ],
      arguments: .atLeast(1)
    ) { invocation in
      let options = invocation.options
      var query: EngineSession.Query = []
      for (name, parameter) in [("force", "force"), ("volumes", "v"), ("link", "link")] where options.flag(name) {
        query.append((parameter, "1"))
      }
      return try await invocation.forEach(invocation.arguments) { name in
        var name = name[...]
        while name.first == "/" { name = name.dropFirst() }
        if options.flag("plan") {
          return try await invocation.showPlan(.delete, invocation.path("containers", String(name)), query)
        }
        do {
          try await invocation.engine.delete(invocation.path("containers", String(name)), query)
        } catch let response as EngineErrorResponse where options.flag("force") && response.status == 404 {
          // Like rm(1), `--force` does not fail for a missing container, but prints the error.
          invocation.printError("Error response from daemon: \(response.message)")
          return
        }
        invocation.printLine(String(name))
      }
    }
  }
}
