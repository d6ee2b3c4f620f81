import Compose

extension ComposeCommand {
  static var commit: ComposeCommand {
    ComposeCommand(
      "commit", usage: "[OPTIONS] SERVICE [REPOSITORY[:TAG]]",
      summary: "Create a new image from a service container's changes",
      options: Command.containerCommit.options + [.containerIndex], arguments: .between(1, 2)
    ) { compose in
      let options = compose.options
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      var arguments = ["--pause=\(options.flag("pause"))"]
      for option in ["author", "message"] {
        if let text = options.text(option) { arguments.append("--\(option)=\(text)") }
      }
      for change in options.all("change") { arguments.append("--change=\(change)") }
      return try await compose.run(.containerCommit, arguments + [container.id] + compose.arguments.dropFirst())
    }
  }
}
