import Compose

extension ComposeCommand {
  static var pause: ComposeCommand {
    ComposeCommand("pause", usage: "[SERVICE...]", summary: "Pause services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project).filter { $0.state == "running" }
      try await compose.execute(Plan.applying(to: containers, .pause))
      return 0
    }
  }
}
