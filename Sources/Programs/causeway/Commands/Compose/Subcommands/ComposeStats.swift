import Compose
import EngineAPI

extension ComposeCommand {
  static var stats: ComposeCommand {
    ComposeCommand(
      "stats", usage: "[OPTIONS] [SERVICE]",
      summary: "Display a live stream of container(s) resource usage statistics",
      options: Command.containerStats.options
    ) { compose in
      let options = compose.options
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project)
        .filter { $0.isRunning || options.flag("all") }.map(\.name).sorted()
      // Without names, `stats` would show all containers of the engine.
      guard !containers.isEmpty else { throw CommandFailure("no container of project \(name.quoted) is running") }
      var arguments = ["no-stream", "no-trunc"].filter { options.flag($0) }.map { "--\($0)" }
      if let format = options.text("format") { arguments.append("--format=\(format)") }
      return try await compose.run(.containerStats, arguments + containers)
    }
  }
}
