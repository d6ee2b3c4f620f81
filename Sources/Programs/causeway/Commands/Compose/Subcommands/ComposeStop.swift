import Compose

extension ComposeCommand {
  static var stop: ComposeCommand {
    ComposeCommand(
      "stop", summary: "Stop services", options: [.shutdownTimeout]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project).filter {
        $0.isRunning || $0.state == "paused"
      }
      try await compose.execute(Plan.stopping(containers, project: project, timeout: compose.timeout))
      return 0
    }
  }
}
