import JSON
import EngineAPI

/// The Compose mode, when the program is called `docker-compose`: standalone, or as Docker's plugin through a link in a
/// plugin folder (docker/cli, cli-plugins: the plugin gets all arguments, `compose` included).
struct ComposePlugin {
  private let arguments: [String]
  private let isCalledByDocker: Bool

  /// `nil` when the program has another name.
  init?(called: String, arguments: [String], environment: (String) -> String?) {
    guard called == "docker-compose" else { return nil }
    self.arguments = arguments
    isCalledByDocker = environment("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND") != nil
  }

  /// The answer to Docker's query for plugin metadata; `nil` for other calls.
  var metadata: String? {
    guard arguments.first == "docker-cli-plugin-metadata" else { return nil }
    return JSONValue.object([
      JSONMember("SchemaVersion", .string("0.1.0")), JSONMember("Vendor", .string("Causeway")),
      JSONMember("Version", .string(Product.version)),
      JSONMember("ShortDescription", .string("Define and run multi-container applications")),
    ]).compactText
  }

  /// The arguments with `compose` in front, as this program expects them.
  var commandArguments: [String] { isCalledByDocker ? arguments : ["compose"] + arguments }
}
