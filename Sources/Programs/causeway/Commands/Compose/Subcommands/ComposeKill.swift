import Compose

extension ComposeCommand {
  static var kill: ComposeCommand {
    ComposeCommand(
      "kill", summary: "Force stop service containers",
      options: [
        .removeOrphans,
        .text("signal", "s", "SIGNAL to send to the container", default: "SIGKILL"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project).filter(\.isRunning)
      guard !containers.isEmpty else { throw CommandFailure("no container to kill") }
      try await compose.execute(
        Plan.applying(to: containers, .kill(signal: compose.options.text("signal") ?? "SIGKILL")))
      return 0
    }
  }
}
