import Compose
import EngineAPI

extension ComposeCommand {
  static var down: ComposeCommand {
    ComposeCommand(
      "down", usage: "[OPTIONS] [SERVICES]", summary: "Stop and remove containers, networks",
      options: [
        .flag("remove-orphans", nil, "Remove containers for services not defined in the Compose file"),
        .text(
          "rmi", nil,
          "Remove images used by services. \"local\" remove only images that don't have a custom tag (\"local\"|\"all\")"
        ),
        .integer("timeout", "t", "Specify a shutdown timeout in seconds"),
        .flag(
          "volumes", "v",
          "Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers"
        ),
      ]
    ) { compose in
      let options = compose.options
      let rmi = options.text("rmi")
      guard rmi.map({ ["all", "local"].contains($0) }) ?? true else {
        throw CommandFailure("invalid value for --rmi: \(quoted(rmi ?? "")): one of all, local")
      }
      let (name, project) = try compose.projectByName()
      for argument in compose.arguments where project != nil && project?.service(argument) == nil {
        throw CommandFailure("no such service: \(argument)")
      }
      let state = try await compose.state(name)
      var planner = DownPlanner(name: name, project: project, state: state)
      planner.removesOrphans = options.flag("remove-orphans")
      planner.removesVolumes = options.flag("volumes")
      planner.timeout = compose.timeout
      planner.services = compose.arguments
      if let project, let rmi {
        let services = project.allServices.filter { rmi == "all" || $0.node["image"] == nil }
        planner.images = Set(services.map { $0.image(in: name) }).sorted()
      }
      try await compose.carryOut(planner.planned())
      return 0
    }
  }

  static var stop: ComposeCommand {
    ComposeCommand(
      "stop", summary: "Stop services", options: [.integer("timeout", "t", "Specify a shutdown timeout in seconds")]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project).filter { $0.isRunning || $0.state == "paused" }
      try await compose.carryOut(ContainerOrder.stops(containers, project: project, timeout: compose.timeout))
      return 0
    }
  }

  static var start: ComposeCommand {
    ComposeCommand("start", summary: "Start services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project)
      for service in compose.arguments.isEmpty ? project?.services.map(\.name) ?? [] : compose.arguments
      where !containers.contains(where: { $0.service == service }) && (project?.service(service)?.scale ?? 1) > 0 {
        throw CommandFailure("service \"\(service)\" has no container to start")
      }
      try await compose.carryOut(ContainerOrder.starts(containers.filter { !$0.isRunning }, project: project))
      return 0
    }
  }

  static var restart: ComposeCommand {
    ComposeCommand(
      "restart", summary: "Restart service containers",
      options: [
        .flag("no-deps", nil, "Don't restart dependent services"),
        .integer("timeout", "t", "Specify a shutdown timeout in seconds"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      var containers = try await compose.chosenContainers(name, project)
      if !compose.options.flag("no-deps"), !compose.arguments.isEmpty, let project {
        // Those that want to be started again with what they depend on.
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
      try await compose.carryOut(ContainerOrder.restarts(containers, project: project, timeout: compose.timeout))
      return 0
    }
  }

  static var kill: ComposeCommand {
    ComposeCommand(
      "kill", summary: "Force stop service containers",
      options: [
        .flag("remove-orphans", nil, "Remove containers for services not defined in the Compose file"),
        .text("signal", "s", "SIGNAL to send to the container", default: "SIGKILL"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project).filter(\.isRunning)
      guard !containers.isEmpty else { throw CommandFailure("no container to kill") }
      try await compose.carryOut(
        ContainerOrder.all(containers, .kill(signal: compose.options.text("signal") ?? "SIGKILL")))
      return 0
    }
  }

  static var pause: ComposeCommand {
    ComposeCommand("pause", usage: "[SERVICE...]", summary: "Pause services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project).filter { $0.state == "running" }
      try await compose.carryOut(ContainerOrder.all(containers, .pause))
      return 0
    }
  }

  static var unpause: ComposeCommand {
    ComposeCommand("unpause", usage: "[SERVICE...]", summary: "Unpause services") { compose in
      let (name, project) = try compose.projectByName()
      let containers = try await compose.chosenContainers(name, project).filter { $0.state == "paused" }
      try await compose.carryOut(ContainerOrder.all(containers, .unpause))
      return 0
    }
  }

  static var remove: ComposeCommand {
    ComposeCommand(
      "rm", summary: "Removes stopped service containers",
      options: [
        .flag("force", "f", "Don't ask to confirm removal"),
        .flag("stop", "s", "Stop the containers, if required, before removing"),
        .flag("volumes", "v", "Remove any anonymous volumes attached to containers"),
      ]
    ) { compose in
      let (name, project) = try compose.projectByName()
      var containers = try await compose.chosenContainers(name, project, withOneOffs: true)
      if compose.options.flag("stop") {
        try await compose.carryOut(ContainerOrder.stops(containers.filter(\.isRunning), project: project, timeout: nil))
      } else {
        containers.removeAll { $0.isRunning || $0.state == "paused" }
      }
      guard !containers.isEmpty else {
        compose.invocation.complain("No stopped containers")
        return 0
      }
      let names = containers.map(\.name).sorted().joined(separator: ", ")
      if !compose.isDryRun, !compose.options.flag("force") {
        Descriptor.output.write("? Going to remove \(names) Yes/No [y/N] ")
        let answer = await Descriptor.input.read(upTo: 64) ?? []
        guard answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y") else { return 0 }
      }
      try await compose.carryOut(
        ContainerOrder.all(containers, .remove(volumes: compose.options.flag("volumes"), force: false)))
      return 0
    }
  }
}
