import Compose
import EngineAPI
import JSON

extension ComposeCommand {
  static var list: ComposeCommand {
    ComposeCommand(
      "ls", usage: "[OPTIONS]", summary: "List running compose projects",
      options: [
        .flag("all", "a", "Show all stopped Compose projects"),
        .list("filter", nil, "Filter output based on conditions provided"),
        .text("format", nil, "Format the output. Values: [table | json]", default: "\"table\""),
        .flag("quiet", "q", "Only display project names"),
      ], arguments: .none
    ) { compose in
      let options = compose.options
      let summaries: [Wire.ContainerSummary] = try await compose.engine.get(
        "/containers/json", [("all", "1"), ("filters", FilterText.encode(["label": [ComposeLabel.project]]))])
      var projects: [String: [ObservedContainer]] = [:]
      for summary in summaries where summary.Labels[ComposeLabel.oneOff] != "True" {
        let container = ObservedContainer(summary)
        projects[container.project, default: []].append(container)
      }
      var rows: [(name: String, status: String, files: String)] = []
      for (name, containers) in projects.sorted(by: { $0.key < $1.key }) {
        guard options.flag("all") || containers.contains(where: \.isRunning) else { continue }
        let names = options.all("filter").compactMap { $0.hasPrefix("name=") ? String($0.dropFirst(5)) : nil }
        guard names.isEmpty || names.contains(where: { name.contains($0) }) else { continue }
        let states = Dictionary(grouping: containers, by: \.state).sorted { $0.key < $1.key }
        let files = containers.compactMap { $0.labels[ComposeLabel.files] }.first ?? "N/A"
        rows.append((name, states.map { "\($0.key)(\($0.value.count))" }.joined(separator: ", "), files))
      }
      if options.flag("quiet") {
        for row in rows { compose.invocation.printLine(row.name) }
      } else if options.text("format") == "json" {
        let values = rows.map { row in
          JSONValue.object([
            JSONMember("Name", .string(row.name)), JSONMember("Status", .string(row.status)),
            JSONMember("ConfigFiles", .string(row.files)),
          ])
        }
        compose.invocation.printLine(JSONValue.array(values).compactText)
      } else {
        let lines = rows.map { "\($0.name)\t\($0.status)\t\($0.files)" }
        Descriptor.output.write(Table.aligned(["NAME\tSTATUS\tCONFIG FILES"] + lines, minimumWidth: 0))
      }
      return 0
    }
  }
}
