import EngineClient

extension Command {
  static var containerStats: Command {
    Command(
      "container stats", "stats", usage: "[OPTIONS] [CONTAINER...]",
      summary: "Display a live stream of container(s) resource usage statistics",
      options: [
        .flag("all", "a", "Show all containers (default shows just running)"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("no-stream", nil, "Disable streaming stats and only pull the first result"),
        .flag("no-trunc", nil, "Do not truncate output"),
      ],
      arguments: .atLeast(0)
    ) { invocation in
      let options = invocation.options
      let format = options.text("format") ?? invocation.configuration.text("statsFormat")
      let screen = StatsScreen(
        list: ListFormat(format, standard: StatsRow.standard), truncates: !options.flag("no-trunc"))
      let collector = StatsCollector(engine: invocation.engine)
      if options.flag("no-stream") {
        let names = try await collector.names(invocation.arguments, all: options.flag("all"))
        Descriptor.output.write(try screen.text(try await collector.once(names)))
        return 0
      }
      return try await collector.follow(invocation.arguments, all: options.flag("all"), screen: screen)
    }
  }
}
