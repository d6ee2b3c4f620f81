extension Command {
  static var pause: Command {
    freezing("pause", summary: "Pause all processes within one or more containers")
  }

  static var unpause: Command {
    freezing("unpause", summary: "Unpause all processes within one or more containers")
  }

  private static func freezing(_ verb: String, summary: String) -> Command {
    Command(
      "container \(verb)", verb, usage: "CONTAINER [CONTAINER...]", summary: summary, arguments: .atLeast(1)
    ) { invocation in
      try await invocation.each(invocation.arguments) { name in
        try await invocation.engine.post(invocation.path("containers", name, "/\(verb)"))
        invocation.say(name)
      }
    }
  }
}
