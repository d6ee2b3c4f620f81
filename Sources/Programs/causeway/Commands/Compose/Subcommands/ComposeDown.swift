import Compose
import EngineAPI

extension ComposeCommand {
  static var down: ComposeCommand {
    ComposeCommand(
      "down", usage: "[OPTIONS] [SERVICES]", summary: "Stop and remove containers, networks",
      options: [
        .removeOrphans,
        .text(
          "rmi", nil,
          "Remove images used by services. \"local\" remove only images that don't have a custom tag (\"local\"|\"all\")"
        ),
        .shutdownTimeout,
        .flag(
          "volumes", "v",
          "Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers"
        ),
      ]
    ) { compose in
      let options = compose.options
      let rmi = options.text("rmi")
      guard rmi.map({ ["all", "local"].contains($0) }) ?? true else {
        throw CommandFailure("invalid value for --rmi: \((rmi ?? "").quoted): one of all, local")
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
      try await compose.execute(planner.makePlan())
      return 0
    }
  }
}
