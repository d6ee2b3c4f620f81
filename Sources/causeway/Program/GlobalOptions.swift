/// What stands before the command's name.
enum GlobalOptions {
  static let specifications: [OptionSpecification] = [
    .text("config", nil, "Location of client config files", default: "\"~/.docker\""),
    .text(
      "context", "c",
      "Name of the context to use to connect to the engine (overrides DOCKER_HOST and the context set with "
        + "\"causeway context use\")"),
    .flag("debug", "D", "Enable debug mode"),
    .list("host", "H", "Engine socket to connect to"),
    .text(
      "log-level", "l", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")",
      default: "\"info\""),
    .flag("version", "v", "Print version information and quit"),
  ]
}
