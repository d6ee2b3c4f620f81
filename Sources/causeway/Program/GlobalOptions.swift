/// What stands before the command's name.
enum GlobalOptions {
  static let specifications: [OptionSpecification] = [
    .list("host", "H", "Engine socket to connect to"),
    .text(
      "log-level", "l", "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")",
      default: "\"info\""),
    .flag("debug", "D", "Enable debug mode"),
    .flag("version", "v", "Print version information and quit"),
    // Taken because scripts give them; there is one context, and it has no configuration of its own.
    OptionSpecification("config", nil, .text(), "Location of client config files", hidden: true),
    OptionSpecification("context", "c", .text(), "Name of the context to use", hidden: true),
  ]
}
