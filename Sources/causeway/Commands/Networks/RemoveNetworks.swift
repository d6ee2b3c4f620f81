import EngineAPI
import EngineClient

extension Command {
  static var removeNetworks: Command {
    Command(
      "network rm", "network remove", usage: "NETWORK [NETWORK...]", summary: "Remove one or more networks",
      options: [
        .flag("force", "f", "Do not error if the network does not exist"),
        .flag("plan", nil, "Show what would be done to this host, and do nothing"),
      ],
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.each(invocation.arguments) { name in
        let path = invocation.path("networks", name)
        if invocation.options.flag("plan") {
          let plan = try await invocation.engine.plan(.delete, path, body: Wire.Empty?.none)
          Descriptor.output.write(plan.Steps.map { $0 + "\n" }.joined())
          return
        }
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
