import Compose
import EngineClient

extension ComposeCommand {
  static var logs: ComposeCommand {
    ComposeCommand(
      "logs", summary: "View output from containers",
      options: [
        .flag("follow", "f", "Follow log output"),
        .integer("index", nil, "index of the container if service has multiple replicas"),
        .flag("no-color", nil, "Produce monochrome output"),
        .flag("no-log-prefix", nil, "Don't print prefix in logs"),
        .text(
          "since", nil, "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"),
        .text("tail", "n", "Number of lines to show from the end of the logs for each container", default: "\"all\""),
        .flag("timestamps", "t", "Show timestamps"),
        .text(
          "until", nil, "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"
        ),
      ]
    ) { compose in
      let options = compose.options
      let (name, project) = try compose.projectByName()
      let index = options.integer("index")
      let containers = try await compose.selectedContainers(name, project)
        .filter { index == nil || Int64($0.number) == index }.sorted { $0.shortName < $1.shortName }
      let printer = LogPrinter(compose)
      var query: EngineSession.Query = [("tail", options.text("tail") ?? "all")]
      for flag in ["follow", "timestamps"] where options.flag(flag) { query.append((flag, "1")) }
      for moment in ["since", "until"] {
        if let text = options.text(moment) {
          query.append((moment, try TimeArgument.seconds(text, now: Invocation.now)))
        }
      }
      for container in containers { printer.register(container.shortName) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for container in containers {
          group.addTask { [query] in
            try await ContainerLog(engine: compose.engine, container: container, printer: printer).show(query)
          }
        }
        try await group.waitForAll()
      }
      return 0
    }
  }
}
