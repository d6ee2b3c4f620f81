import EngineAPI
import JSON

extension ComposeCommand {
  static var version: ComposeCommand {
    ComposeCommand(
      "version", usage: "[OPTIONS]", summary: "Show the Compose version information",
      options: [
        .text("format", "f", "Format the output. Values: [pretty | json]. (Default: pretty)"),
        .flag("short", nil, "Shows only Compose's version number"),
      ], arguments: .none
    ) { compose in
      let version = Product.version
      if compose.options.flag("short") {
        compose.invocation.printLine(version)
      } else if compose.options.text("format") == "json" {
        compose.invocation.printLine(JSONValue.object([JSONMember("version", .string(version))]).compactText)
      } else {
        compose.invocation.printLine("Causeway Compose version \(version)")
      }
      return 0
    }
  }
}
