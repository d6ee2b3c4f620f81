import Compose
import EngineAPI

extension ComposeCommand {
  static var top: ComposeCommand {
    ComposeCommand("top", usage: "[SERVICES...]", summary: "Display the running processes") { compose in
      let (name, project) = try compose.projectByName()
      var lines: [String] = []
      for container in try await compose.selectedContainers(name, project).filter(\.isRunning).sorted(by: {
        $0.name < $1.name
      }) {
        let top: Wire.Top = try await compose.engine.get("/containers/\(container.id)/top")
        if lines.isEmpty { lines.append((["SERVICE", "#"] + top.Titles).joined(separator: "\t")) }
        for process in top.Processes {
          lines.append(([container.service, String(container.number)] + process).joined(separator: "\t"))
        }
      }
      Descriptor.output.write(Table.aligned(lines, minimumWidth: 0))
      return 0
    }
  }
}
