import JSON
import Compose
import EngineAPI

extension ComposeCommand {
  static var ps: ComposeCommand {
    ComposeCommand(
      "ps", summary: "List containers",
      options: [
        .flag("all", "a", "Show all stopped containers (including those created by the run command)"),
        .list("filter", nil, "Filter services by a property (supported filters: status)"),
        .text("format", nil, "Format output using a custom template:\n\(Command.formatHelp)", default: "\"table\""),
        .flag("no-trunc", nil, "Don't truncate output"),
        .flag("orphans", nil, "Include orphaned services (not declared by project)", default: true),
        .flag("quiet", "q", "Only display IDs"),
        .flag("services", nil, "Display services"),
        .list(
          "status", nil,
          "Filter services by status. Values: [paused | restarting | removing | running | dead | created | exited]",
          type: "stringArray"),
      ]
    ) { compose in
      let options = compose.options
      let (name, project) = try compose.projectByName()
      for argument in compose.arguments where project != nil && project?.service(argument) == nil {
        throw CommandFailure("no such service: \(argument)")
      }
      var wanted = Set(options.all("status"))
      for filter in options.all("filter") {
        guard filter.hasPrefix("status=") else {
          throw CommandFailure("unsupported filter \(filter.quoted): only status=…")
        }
        wanted.insert(String(filter.dropFirst("status=".count)))
      }
      let rows = try await compose.summaries(name).map { ($0, ObservedContainer($0)) }
        .filter { summary, container in
          guard compose.arguments.isEmpty || compose.arguments.contains(container.service) else { return false }
          if !options.flag("orphans"), let project, project.service(container.service) == nil { return false }
          if !wanted.isEmpty { return wanted.contains(summary.State) }
          return options.flag("all") || (container.isRunning && !container.isOneOff) || summary.State == "paused"
        }.sorted { $0.1.name < $1.1.name }
      if options.flag("quiet") {
        for (summary, _) in rows { compose.invocation.printLine(summary.Id) }
      } else if options.flag("services") {
        for service in Set(rows.map(\.1.service)).sorted() { compose.invocation.printLine(service) }
      } else {
        Descriptor.output.write(try table(rows, compose))
      }
      return 0
    }
  }

  private static func table(_ rows: [(Wire.ContainerSummary, ObservedContainer)], _ compose: ComposeInvocation) throws
    -> String
  {
    let isLong = compose.options.flag("no-trunc")
    func command(_ summary: Wire.ContainerSummary) -> String {
      (isLong ? summary.Command : ellipsis(summary.Command, 20)).quoted
    }
    func age(_ summary: Wire.ContainerSummary) -> String {
      ContainerStatus.duration(seconds: max(0, Invocation.now - summary.Created)) + " ago"
    }
    switch compose.options.text("format") ?? "table" {
    case "json":
      return rows.map { summary, container in
        func text(_ value: String) -> JSONValue { .string(value) }
        return JSONValue.object([
          JSONMember("ID", text(summary.Id)), JSONMember("Name", text(container.name)),
          JSONMember("Image", text(summary.Image)), JSONMember("Command", text(summary.Command)),
          JSONMember("Project", text(container.project)), JSONMember("Service", text(container.service)),
          JSONMember("Created", .number(String(summary.Created))), JSONMember("State", text(summary.State)),
          JSONMember("Status", text(summary.Status)), JSONMember("Health", text(health(summary.Status))),
          JSONMember("ExitCode", .number(String(exitCode(summary.Status)))),
          JSONMember("Ports", text(PortSummary.text(summary.Ports))),
          JSONMember(
            "Labels",
            text(summary.Labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))),
        ]).compactText + "\n"
      }.joined()
    case "table":
      let lines = rows.map { summary, container in
        [
          container.name, summary.Image, command(summary), container.service, age(summary), summary.Status,
          PortSummary.text(summary.Ports),
        ].joined(separator: "\t")
      }
      return Table.aligned(["NAME\tIMAGE\tCOMMAND\tSERVICE\tCREATED\tSTATUS\tPORTS"] + lines, minimumWidth: 0)
    case let template:
      let lines = rows.map { summary, container in
        ListRow(
          [
            "ID": isLong ? summary.Id : String(summary.Id.prefix(12)), "Name": container.name, "Names": container.name,
            "Image": summary.Image, "Command": command(summary), "Project": container.project,
            "Service": container.service, "CreatedAt": String(summary.Created), "RunningFor": age(summary),
            "State": summary.State, "Status": summary.Status, "Health": health(summary.Status),
            "ExitCode": String(exitCode(summary.Status)), "Ports": PortSummary.text(summary.Ports),
          ], labels: summary.Labels)
      }
      return try ListFormat(template, standard: "").text(headers: headers, rows: lines)
    }
  }

  private static let headers = [
    "ID": "CONTAINER ID", "Name": "NAME", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND",
    "Project": "PROJECT",
    "Service": "SERVICE", "CreatedAt": "CREATED AT", "RunningFor": "CREATED", "State": "STATE", "Status": "STATUS",
    "Health": "HEALTH", "ExitCode": "EXIT CODE", "Ports": "PORTS",
  ]

  /// Reads `healthy` from `Up 5 minutes (healthy)`.
  private static func health(_ status: String) -> String {
    for word in ["unhealthy", "healthy", "starting"] where status.hasSuffix("\(word))") { return word }
    return ""
  }

  /// Reads 3 from `Exited (3) 5 minutes ago`.
  private static func exitCode(_ status: String) -> Int {
    guard let open = status.firstIndex(of: "("), let close = status.firstIndex(of: ")") else { return 0 }
    return Int(status[status.index(after: open)..<close]) ?? 0
  }
}
