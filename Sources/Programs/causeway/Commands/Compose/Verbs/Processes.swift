import JSON
import Compose
import EngineAPI

extension ComposeCommand {
  static var processes: ComposeCommand {
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
          throw CommandFailure("unsupported filter \(quoted(filter)): only status=…")
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
        for (summary, _) in rows { compose.invocation.say(summary.Id) }
      } else if options.flag("services") {
        for service in Set(rows.map(\.1.service)).sorted() { compose.invocation.say(service) }
      } else {
        Descriptor.output.write(try text(rows, compose))
      }
      return 0
    }
  }

  private static func text(_ rows: [(Wire.ContainerSummary, ObservedContainer)], _ compose: ComposeInvocation) throws
    -> String
  {
    let isLong = compose.options.flag("no-trunc")
    func command(_ summary: Wire.ContainerSummary) -> String {
      quoted(isLong ? summary.Command : ellipsis(summary.Command, 20))
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
          JSONMember("Ports", text(PortText.display(summary.Ports))),
          JSONMember(
            "Labels",
            text(summary.Labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))),
        ]).compactText + "\n"
      }.joined()
    case "table":
      let lines = rows.map { summary, container in
        [
          container.name, summary.Image, command(summary), container.service, age(summary), summary.Status,
          PortText.display(summary.Ports),
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
            "ExitCode": String(exitCode(summary.Status)), "Ports": PortText.display(summary.Ports),
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

  /// `healthy` of `Up 5 minutes (healthy)`.
  private static func health(_ status: String) -> String {
    for word in ["unhealthy", "healthy", "starting"] where status.hasSuffix("\(word))") { return word }
    return ""
  }

  /// 3 of `Exited (3) 5 minutes ago`.
  private static func exitCode(_ status: String) -> Int {
    guard let open = status.firstIndex(of: "("), let close = status.firstIndex(of: ")") else { return 0 }
    return Int(status[status.index(after: open)..<close]) ?? 0
  }

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
        guard names.isEmpty || names.contains(where: { name.firstRange(ofText: $0) != nil }) else { continue }
        let states = Dictionary(grouping: containers, by: \.state).sorted { $0.key < $1.key }
        let files = containers.compactMap { $0.labels[ComposeLabel.files] }.first ?? "N/A"
        rows.append((name, states.map { "\($0.key)(\($0.value.count))" }.joined(separator: ", "), files))
      }
      if options.flag("quiet") {
        for row in rows { compose.invocation.say(row.name) }
      } else if options.text("format") == "json" {
        let values = rows.map { row in
          JSONValue.object([
            JSONMember("Name", .string(row.name)), JSONMember("Status", .string(row.status)),
            JSONMember("ConfigFiles", .string(row.files)),
          ])
        }
        compose.invocation.say(JSONValue.array(values).compactText)
      } else {
        let lines = rows.map { "\($0.name)\t\($0.status)\t\($0.files)" }
        Descriptor.output.write(Table.aligned(["NAME\tSTATUS\tCONFIG FILES"] + lines, minimumWidth: 0))
      }
      return 0
    }
  }
}
