import Compose
import EngineAPI

/// Commands that look at the containers of services, or take from them, by the command of the same name for containers.
extension ComposeCommand {
  private static let index = OptionSpecification.integer(
    "index", nil, "Index of the container if service has multiple replicas")

  static var attach: ComposeCommand {
    ComposeCommand(
      "attach", usage: "[OPTIONS] SERVICE",
      summary: "Attach local standard input, output, and error streams to a service's running container",
      options: Command.attach.options + [index], arguments: .exactly(1), takesSignals: true
    ) { compose in
      let options = compose.options
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      var words = ["--sig-proxy=\(options.flag("sig-proxy"))"]
      if options.flag("no-stdin") { words.append("--no-stdin") }
      if let keys = options.text("detach-keys") { words.append("--detach-keys=\(keys)") }
      return try await compose.run(.attach, words + [container.id])
    }
  }

  static var stats: ComposeCommand {
    ComposeCommand(
      "stats", usage: "[OPTIONS] [SERVICE]",
      summary: "Display a live stream of container(s) resource usage statistics", options: Command.stats.options
    ) { compose in
      let options = compose.options
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project)
        .filter { $0.isRunning || options.flag("all") }.map(\.name).sorted()
      // Without a name it would be about every container of the engine.
      guard !containers.isEmpty else { throw CommandFailure("no container of project \(quoted(name)) runs") }
      var words = ["no-stream", "no-trunc"].filter { options.flag($0) }.map { "--\($0)" }
      if let format = options.text("format") { words.append("--format=\(format)") }
      return try await compose.run(.stats, words + containers)
    }
  }

  static var commit: ComposeCommand {
    ComposeCommand(
      "commit", usage: "[OPTIONS] SERVICE [REPOSITORY[:TAG]]",
      summary: "Create a new image from a service container's changes",
      options: Command.commit.options + [index], arguments: .between(1, 2)
    ) { compose in
      let options = compose.options
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      var words = ["--pause=\(options.flag("pause"))"]
      for option in ["author", "message"] { if let text = options.text(option) { words.append("--\(option)=\(text)") } }
      for change in options.all("change") { words.append("--change=\(change)") }
      return try await compose.run(.commit, words + [container.id] + compose.arguments.dropFirst())
    }
  }

  static var export: ComposeCommand {
    ComposeCommand(
      "export", usage: "[OPTIONS] SERVICE", summary: "Export a service container's filesystem as a tar archive",
      options: Command.export.options + [index], arguments: .exactly(1)
    ) { compose in
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      let words = compose.options.text("output").map { ["--output=\($0)"] } ?? []
      return try await compose.run(.export, words + [container.id])
    }
  }

  /// Files are not followed: asked for, that is said, and what to do in its place.
  static var watch: ComposeCommand {
    ComposeCommand(
      "watch", summary: "Watch build context for service and rebuild/refresh containers when files are updated",
      options: [
        .flag("no-up", nil, "Do not build & start services before watching"),
        .flag("prune", nil, "Prune dangling images on rebuild", default: true),
        .flag("quiet", nil, "Hide build output"),
      ]
    ) { _ in
      throw CommandFailure(
        "watch is not supported: run \"compose up --build\" after a change, or mount the folder with a bind in volumes:"
      )
    }
  }
}
