import Compose

extension ComposeCommand {
  static var start: ComposeCommand {
    ComposeCommand("start", summary: "Start services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.selectedContainers(name, project)
      for service in compose.arguments.isEmpty ? project?.services.map(\.name) ?? [] : compose.arguments
      where !containers.contains(where: { $0.service == service }) && (project?.service(service)?.scale ?? 1) > 0 {
        throw CommandFailure("service \"\(service)\" has no container to start")
      }
      try await compose.execute(Plan.starting(containers.filter { !$0.isRunning }, project: project))
      return 0
    }
  }
}
