import Compose

extension ComposeCommand {
  static var unpause: ComposeCommand {
    ComposeCommand("unpause", usage: "[SERVICE...]", summary: "Unpause services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project).filter { $0.state == "paused" }
      try await compose.execute(Plan.applying(to: containers, .unpause))
      return 0
    }
  }
}
