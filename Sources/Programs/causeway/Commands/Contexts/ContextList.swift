import JSON
import EngineAPI

extension Command {
  static var contextList: Command {
    Command(
      "context ls", "context list", usage: "[OPTIONS]", summary: "List contexts",
      options: [
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("quiet", "q", "Only show context names"),
      ],
      arguments: .none, usesEngine: false
    ) { invocation in
      let options = invocation.options
      let store = ContextStore(configuration: invocation.configuration.folder)
      let standard = EngineContext(
        name: ContextStore.defaultName, description: "Current DOCKER_HOST based configuration",
        host: invocation.defaultHost)
      let contexts = ([standard] + (try store.all())).sorted { $0.name < $1.name }
      guard !options.flag("quiet") || options.isSet("format") else {
        for context in contexts { invocation.printLine(context.name) }
        return 0
      }
      let isMissing = !contexts.contains { $0.name == invocation.contextName }
      var rows = contexts.map { row($0, isCurrent: $0.name == invocation.contextName, error: "") }
      if isMissing {
        let error = EngineChoice.missing(invocation.contextName)
        rows.append(row(EngineContext(name: invocation.contextName, host: ""), isCurrent: true, error: error))
      }
      let list = ListFormat(
        options.text("format"),
        standard: "{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}")
      let headers = [
        "Name": "NAME", "Description": "DESCRIPTION", "DockerEndpoint": "DOCKER ENDPOINT", "Error": "ERROR",
        "Current": "", "ContextType": "TYPE",
      ]
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      if let variable = invocation.overridingVariable {
        invocation.printError(
          "Warning: \(variable) environment variable overrides the active context. To use a context, either set the "
            + "global --context flag, or unset \(variable) environment variable.")
      }
      return 0
    }
  }

  private static func row(_ context: EngineContext, isCurrent: Bool, error: String) -> ListRow {
    ListRow(
      .object([
        JSONMember("Current", .bool(isCurrent)), JSONMember("Description", .string(context.description)),
        JSONMember("DockerEndpoint", .string(context.host)), JSONMember("Error", .string(error)),
        JSONMember("Name", .string(context.name)),
      ]))
  }
}
