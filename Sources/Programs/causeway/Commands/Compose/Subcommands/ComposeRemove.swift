import Compose
import EngineAPI

extension ComposeCommand {
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
      var containers = try await compose.selectedContainers(name, project, withOneOffs: true)
      if compose.options.flag("stop") {
        try await compose.execute(Plan.stopping(containers.filter(\.isRunning), project: project, timeout: nil))
      } else {
        containers.removeAll { $0.isRunning || $0.state == "paused" }
      }
      guard !containers.isEmpty else {
        compose.invocation.printError("No stopped containers")
        return 0
      }
      let names = containers.map(\.name).sorted().joined(separator: ", ")
      if !compose.isDryRun, !compose.options.flag("force") {
        Descriptor.output.write("? Going to remove \(names) Yes/No [y/N] ")
        let answer = await Descriptor.input.read(upTo: 64) ?? []
        guard answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y") else { return 0 }
      }
      try await compose.execute(
        Plan.applying(to: containers, .remove(volumes: compose.options.flag("volumes"), force: false)))
      return 0
    }
  }
}
