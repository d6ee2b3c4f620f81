import JSON
import Compose
import EngineAPI
import EngineClient

extension ComposeCommand {
  static var events: ComposeCommand {
    ComposeCommand(
      "events", summary: "Receive real time events from containers",
      options: [
        .flag("json", nil, "Output events as a stream of json objects"),
        .text("since", nil, "Show all events created since timestamp"),
        .text("until", nil, "Stream events until this timestamp"),
      ]
    ) { compose in
      let (name, _) = try compose.projectByName()
      var query: EngineSession.Query = [
        ("filters", FilterText.encode(["label": ["\(ComposeLabel.project)=\(name)"], "type": ["container"]]))
      ]
      for moment in ["since", "until"] {
        if let text = compose.options.text(moment) {
          query.append((moment, try TimeArgument.seconds(text, now: Invocation.now)))
        }
      }
      for try await value in JSONLines(try await compose.engine.stream(.get, "/events", query)) {
        let event = try JSONDecoding.decode(Wire.Event.self, from: value)
        var attributes = event.Actor.Attributes
        let service = attributes[ComposeLabel.service] ?? ""
        guard compose.arguments.isEmpty || compose.arguments.contains(service) else { continue }
        attributes = attributes.filter { !$0.key.hasPrefix("com.docker.compose.") }
        compose.invocation.printLine(
          compose.options.flag("json") ? json(event, service, attributes) : line(event, attributes))
      }
      return 0
    }
  }

  /// Local time, `2025-01-31 14:05:09.000000`.
  private static func moment(_ event: Wire.Event) -> String {
    let digits = String(event.timeNano % 1_000_000_000 / 1000)
    return DateText.format(event.time, "%Y-%m-%d %H:%M:%S") + "." + String(repeating: "0", count: 6 - digits.utf8.count)
      + digits
  }

  private static func line(_ event: Wire.Event, _ attributes: [String: String]) -> String {
    let shown = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    return "\(moment(event)) container \(event.Action) \(event.Actor.ID) (\(shown))"
  }

  private static func json(_ event: Wire.Event, _ service: String, _ attributes: [String: String]) -> String {
    JSONValue.object([
      JSONMember("action", .string(event.Action)),
      JSONMember(
        "attributes", .object(attributes.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })),
      JSONMember("id", .string(event.Actor.ID)), JSONMember("service", .string(service)),
      JSONMember("time", .string(moment(event))), JSONMember("type", .string("container")),
    ]).compactText
  }
}
