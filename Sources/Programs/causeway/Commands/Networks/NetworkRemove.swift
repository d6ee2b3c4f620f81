import EngineAPI
import EngineClient

extension Command {
  static var networkRemove: Command {
    Command(
      "network rm", "network remove", usage: "NETWORK [NETWORK...]", summary: "Remove one or more networks",
      options: [
        .flag("force", "f", "Do not error if the network does not exist"),
        .plan,
      ],
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.forEach(invocation.arguments) { name in
        let path = invocation.path("networks", name)
        if invocation.options.flag("plan") { return try await invocation.showPlan(.delete, path) }
        do {
          try await invocation.engine.delete(path)
        } catch let response as EngineErrorResponse where invocation.options.flag("force") && response.status == 404 {
          return
        }
        invocation.printLine(name)
      }
    }
  }
}
