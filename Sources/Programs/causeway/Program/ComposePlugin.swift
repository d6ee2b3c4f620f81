import JSON
import EngineAPI

/// What this program is when it is called `docker-compose`: Compose by itself, or Docker's plugin of that name, so that
/// `docker compose` is ours where a link in a folder of plugins leads here
/// (docker/cli, cli-plugins: the command's words come whole, with `compose` among them).
struct ComposePlugin {
  private let arguments: [String]
  private let isCalledByDocker: Bool

  /// `nil` when the program is called something else.
  init?(called: String, arguments: [String], environment: (String) -> String?) {
    guard called == "docker-compose" else { return nil }
    self.arguments = arguments
    isCalledByDocker = environment("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND") != nil
  }

  /// What Docker's command line asks every plugin first; `nil` when it is not asked.
  var metadata: String? {
    guard arguments.first == "docker-cli-plugin-metadata" else { return nil }
    return JSONValue.object([
      JSONMember("SchemaVersion", .string("0.1.0")), JSONMember("Vendor", .string("Causeway")),
      JSONMember("Version", .string(BuildVersion.version)),
      JSONMember("ShortDescription", .string("Define and run multi-container applications")),
    ]).compactText
  }

  /// The words as our own command line has them.
  var words: [String] { isCalledByDocker ? arguments : ["compose"] + arguments }
}
