import EngineAPI

extension Command {
  /// Runs projects of several containers that a Compose file describes (https://compose-spec.io).
  static var compose: Command {
    Command(
      "compose", usage: "[OPTIONS] COMMAND", summary: "Define and run multi-container applications with Compose files",
      detail: ComposeCatalog.overview,
      options: [
        .list("file", "f", "Compose configuration files", type: "stringArray"),
        .text("project-name", "p", "Project name"),
        .list("profile", nil, "Specify a profile to enable", type: "stringArray"),
        .list("env-file", nil, "Specify an alternate environment file", type: "stringArray"),
        .text(
          "project-directory", nil,
          "Specify an alternate working directory\n(default: the path of the, first specified, Compose file)",
          aliases: ["workdir"]),
        .integer("parallel", nil, "Control max parallelism, -1 for unlimited", default: "-1"),
        .text(
          "ansi", nil, "Control when to print ANSI control characters (\"never\"|\"always\"|\"auto\")",
          default: "\"auto\""),
        .text("progress", nil, "Set type of progress output (auto, tty, plain, json, quiet)", default: "auto"),
        .flag("dry-run", nil, "Show the steps without running them"),
        .flag("all-resources", nil, "Include all resources, even those not used by services"),
        OptionSpecification("compatibility", nil, .flag(), "Run compose in backward compatibility mode", hidden: true),
        OptionSpecification("verbose", nil, .flag(), "Show more output", hidden: true),
        .flag("version", "v", "Show the Compose version information"),
      ],
      arguments: .atLeast(0), order: .optionsFirst,
      passesSignals: { options in
        options.arguments.first.flatMap { ComposeCatalog.find($0) }?.takesSignals ?? false
      }
    ) { invocation in
      if invocation.options.flag("version") {
        invocation.printLine("Causeway Compose version \(Product.version)")
        return 0
      }
      return try await ComposeDispatch(invocation: invocation).run()
    }
  }
}
