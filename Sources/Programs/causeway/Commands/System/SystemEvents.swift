import JSON
import EngineAPI
import EngineClient

extension Command {
  static var systemEvents: Command {
    Command(
      "system events", "events", usage: "[OPTIONS]", summary: "Get real time events from the server",
      options: [
        .list("filter", "f", "Filter output based on conditions provided", type: "filter"),
        .text("format", nil, "Format output using a custom template"),
        .text("since", nil, "Show all events created since timestamp"),
        .text("until", nil, "Stream events until this timestamp"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let format = options.text("format") ?? ""
      let template = format.isEmpty || format == "json" ? nil : try Template(format)
      let filters = try FilterArguments(options.all("filter"))
      var query: EngineSession.Query = []
      for name in ["since", "until"] {
        if let text = options.text(name) { query.append((name, try TimeArgument.seconds(text, now: Invocation.now))) }
      }
      if !filters.isEmpty { query.append(("filters", filters.json)) }
      let chunks = try await invocation.engine.stream(.get, "/events", query)
      for try await value in JSONLines(chunks) {
        let line: String
        if let template {
          line = try template.text(for: value)
        } else if format == "json" {
          line = value.compactText
        } else {
          line = EventText.line(try JSONDecoding.decode(Wire.Event.self, from: value))
        }
        guard Descriptor.output.write(line + "\n") else { return 0 }
      }
      return 0
    }
  }
}
