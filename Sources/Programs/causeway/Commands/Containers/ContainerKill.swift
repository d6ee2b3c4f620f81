import EngineClient

extension Command {
  static var containerKill: Command {
    Command(
      "container kill", "kill", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      summary: "Kill one or more running containers",
      options: [.text("signal", "s", "Signal to send to the container"), .plan], arguments: .atLeast(1)
    ) { invocation in
      let query: EngineSession.Query = invocation.options.text("signal").map { [("signal", $0)] } ?? []
      return try await invocation.forEach(invocation.arguments) { name in
        let path = invocation.path("containers", name, "/kill")
        if invocation.options.flag("plan") { return try await invocation.showPlan(.post, path, query) }
        try await invocation.engine.post(path, query)
        invocation.printLine(name)
      }
    }
  }
}
