import EngineClient

extension Command {
  static var containerStop: Command {
    stopCommand("stop", summary: "Stop one or more running containers")
  }

  /// Makes the commands `stop` and `restart`, which have the same options.
  static func stopCommand(_ verb: String, summary: String) -> Command {
    Command(
      "container \(verb)", verb, usage: "[OPTIONS] CONTAINER [CONTAINER...]", summary: summary,
      options: [
        .text("signal", "s", "Signal to send to the container"),
        // Docker called the option `--time` for years.
        OptionSpecification(
          "timeout", "t", .integer, "Seconds to wait before killing the container", aliases: ["time"]),
        .plan,
      ],
      arguments: .atLeast(1)
    ) { invocation in
      var query: EngineSession.Query = []
      if let signal = invocation.options.text("signal") { query.append(("signal", signal)) }
      if let timeout = invocation.options.text("timeout") { query.append(("t", timeout)) }
      return try await invocation.forEach(invocation.arguments) { name in
        let path = invocation.path("containers", name, "/\(verb)")
        if invocation.options.flag("plan") { return try await invocation.showPlan(.post, path) }
        try await invocation.engine.post(path, query)
        invocation.printLine(name)
      }
    }
  }
}
