import Compose

extension ComposeCommand {
  static var restart: ComposeCommand {
    ComposeCommand(
      "restart", summary: "Restart service containers",
      options: [
        .flag("no-deps", nil, "Don't restart dependent services"),
        .shutdownTimeout,
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      var containers = try await compose.selectedContainers(name, project)
      if !compose.options.flag("no-deps"), !compose.arguments.isEmpty, let project {
        // Services whose `depends_on` entry has `restart: true` restart with the services that the arguments name.
        let all = try await compose.containers(name)
        let dependents = project.allServices.filter { service in
          service.node["depends_on"]?.entries.contains {
            compose.arguments.contains($0.key) && $0.value["restart"]?.bool == true
          } ?? false
        }.map(\.name)
        containers += all.filter {
          dependents.contains($0.service) && !compose.arguments.contains($0.service) && $0.isRunning
        }
      }
      try await compose.execute(Plan.restarting(containers, project: project, timeout: compose.timeout))
      return 0
    }
  }
}
