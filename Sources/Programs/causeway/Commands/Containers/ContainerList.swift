import EngineAPI

extension Command {
  static var containerList: Command {
    Command(
      "container ls", "container list", "container ps", "ps", usage: "[OPTIONS]", summary: "List containers",
      options: [
        .flag("all", "a", "Show all containers (default shows just running)"),
        .list("filter", "f", "Filter output based on conditions provided", type: "filter"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        OptionSpecification(
          "last", "n", .integer, "Show n last created containers (includes all states)", default: "-1"),
        .flag("latest", "l", "Show the latest created container (includes all states)"),
        .flag("no-trunc", nil, "Don't truncate output"),
        .flag("quiet", "q", "Only display container IDs"),
        .flag("size", "s", "Display total file sizes"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"))
      let format = options.text("format") ?? invocation.configuration.text("psFormat")
      let limit = options.flag("latest") ? 1 : options.integer("last") ?? -1
      // A template that uses sizes needs them from the engine.
      let withSizes =
        options.flag("size") || [".Size", "{{json .}}"].contains { format?.contains($0) == true }
      var query: EngineSession.Query = []
      if options.flag("all") || limit > 0 { query.append(("all", "1")) }
      if limit > 0 { query.append(("limit", String(limit))) }
      if withSizes { query.append(("size", "1")) }
      if !filters.isEmpty { query.append(("filters", filters.json)) }
      let containers: [Wire.ContainerSummary] = try await invocation.engine.get("/containers/json", query)
      let truncates = !options.flag("no-trunc")
      guard !options.flag("quiet") || options.isSet("format") else {
        for container in containers { invocation.printLine(truncates ? String(container.Id.prefix(12)) : container.Id) }
        return 0
      }
      // The output of a template is not coloured.
      let style = format == nil ? TextStyle.of(.output) : .plain
      let rows = containers.map {
        ContainerRow(container: $0, truncates: truncates, now: Invocation.now, style: style).row
      }
      let size = options.flag("size") ? "\t{{.Size}}" : ""
      let list = ListFormat(
        format,
        standard: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}" + size)
      Descriptor.output.write(try list.text(headers: ContainerRow.headers, rows: rows))
      return 0
    }
  }

  /// The help text of `--format` for lists.
  static let formatHelp = """
    'table':            Print output in table format with column headers (default)
    'table TEMPLATE':   Print output in table format using the given Go template
    'json':             Print in JSON format
    'TEMPLATE':         Print output using the given Go template.
    """
}
