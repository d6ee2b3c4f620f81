import JSON
import EngineAPI

extension Command {
  static var pluginList: Command {
    Command(
      "plugin ls", "plugin list", usage: "[OPTIONS]", summary: "List plugins",
      options: [
        .list("filter", "f", "Provide filter values (e.g. \"enabled=true\")", type: "filter"),
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("no-trunc", nil, "Don't truncate output"),
        .flag("quiet", "q", "Only display plugin IDs"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"))
      let plugins = try await invocation.engine.json(
        "/plugins", filters.isEmpty ? [] : [("filters", filters.json)]
      ).elements
      let truncates = !options.flag("no-trunc")
      func id(_ plugin: JSONValue) -> String {
        let whole = plugin["Id"]?.text ?? ""
        return truncates ? String(whole.prefix(12)) : whole
      }
      guard !options.flag("quiet") || options.isSet("format") else {
        for plugin in plugins { invocation.printLine(id(plugin)) }
        return 0
      }
      let rows = plugins.map { plugin in
        let description = plugin["Config"]?["Description"]?.text ?? ""
        return ListRow([
          "ID": id(plugin), "Name": plugin["Name"]?.text ?? "",
          "Description": truncates ? ellipsis(description, 45) : description,
          "Enabled": String(plugin["Enabled"] == .bool(true)),
          "PluginReference": plugin["PluginReference"]?.text ?? "",
        ])
      }
      let headers = [
        "ID": "ID", "Name": "NAME", "Description": "DESCRIPTION", "Enabled": "ENABLED",
        "PluginReference": "PLUGIN REFERENCE",
      ]
      let list = ListFormat(options.text("format"), standard: "{{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}")
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      return 0
    }
  }
}
