import Compose

extension ComposeCommand {
  static var export: ComposeCommand {
    ComposeCommand(
      "export", usage: "[OPTIONS] SERVICE", summary: "Export a service container's filesystem as a tar archive",
      options: Command.containerExport.options + [.containerIndex], arguments: .exactly(1)
    ) { compose in
      let (name, _) = try compose.projectByName()
      let container = try await compose.container(of: compose.arguments[0], name)
      let arguments = compose.options.text("output").map { ["--output=\($0)"] } ?? []
      return try await compose.run(.containerExport, arguments + [container.id])
    }
  }
}
