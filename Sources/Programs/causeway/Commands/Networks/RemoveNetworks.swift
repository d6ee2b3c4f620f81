import EngineAPI
import EngineClient

extension Command {
  static var removeNetworks: Command {
    Command(
      "network rm", "network remove", usage: "NETWORK [NETWORK...]", summary: "Remove one or more networks",
      options: [
        .flag("force", "f", "Do not error if the network does not exist"),
        .plan,
      ],
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.each(invocation.arguments) { name in
        let path = invocation.path("networks", name)
        if invocation.options.flag("plan") { return try await invocation.showPlan(.delete, path) }
        do {
          try await invocation.engine.delete(path)
        } catch let refusal as EngineRefusal where invocation.options.flag("force") && refusal.status == 404 {
          return
        }
        invocation.say(name)
      }
    }
  }
}
