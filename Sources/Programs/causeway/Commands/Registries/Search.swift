import JSON
import EngineAPI
import EngineClient

extension Command {
  static var search: Command {
    Command(
      "search", usage: "[OPTIONS] TERM", summary: "Search Docker Hub for images",
      options: [
        .list("filter", "f", "Filter output based on conditions provided", type: "filter"),
        .text("format", nil, "Pretty-print search using a Go template"),
        .integer("limit", nil, "Max number of search results"),
        .flag("no-trunc", nil, "Don't truncate output"),
      ],
      arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"))
      var query: EngineSession.Query = [("term", invocation.arguments[0])]
      if let limit = options.text("limit") { query.append(("limit", limit)) }
      if !filters.isEmpty { query.append(("filters", filters.json)) }
      let login = try await RegistryCredentials(configuration: invocation.configuration)
        .login(for: RegistryCredentials.server(ofImage: invocation.arguments[0]))
      let found = try JSONParser.parse(
        try await invocation.engine.raw(.get, "/images/search", query, headers: [("X-Registry-Auth", login.header)]))
      let truncates = !options.flag("no-trunc")
      let rows = found.elements.map { image in
        let description = String((image["description"]?.text ?? "").map { $0.isNewline ? " " : $0 })
        return ListRow([
          "Name": image["name"]?.text ?? "", "Description": truncates ? ellipsis(description, 45) : description,
          "StarCount": String(image["star_count"]?.integer ?? 0),
          "IsOfficial": image["is_official"] == .bool(true) ? "[OK]" : "",
          "IsAutomated": image["is_automated"] == .bool(true) ? "[OK]" : "",
        ])
      }
      let headers = [
        "Name": "NAME", "Description": "DESCRIPTION", "StarCount": "STARS", "IsOfficial": "OFFICIAL",
        "IsAutomated": "AUTOMATED",
      ]
      let list = ListFormat(
        options.text("format"), standard: "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}")
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      return 0
    }
  }
}
