import Compose
import EngineAPI

extension Command {
  /// Projects of several containers, described in a file (https://compose-spec.io).
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
        .flag("dry-run", nil, "Show what would be done, and do nothing"),
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
        invocation.say("Causeway Compose version \(BuildVersion.version)")
        return 0
      }
      return try await ComposeDispatch(invocation: invocation).run()
    }
  }
}

/// Finds the command below `compose` and reads its words.
private struct ComposeDispatch: Sendable {
  let invocation: Invocation

  func run() async throws -> Int32 {
    let globals = invocation.options
    var words = globals.arguments
    guard var name = words.first else {
      Descriptor.output.write(help.text(for: .compose, calledBy: ["compose"]))
      return 0
    }
    if name == "help" {
      words = Array(words.dropFirst()) + ["--help"]
      name = words[0]
      if name == "--help" { words = [] }
    }
    guard !words.isEmpty else {
      Descriptor.output.write(help.text(for: .compose, calledBy: ["compose"]))
      return 0
    }
    guard let found = ComposeCatalog.find(name) else {
      throw CommandFailure(
        "unknown \(invocation.program) command: \"compose \(name)\"\n\nRun '\(invocation.commandName) --help' for more information"
      )
    }
    let path = ["compose", found.name]
    let options: ParsedOptions
    do {
      options = try OptionParser(found.command.options, order: found.command.order).parse(Array(words.dropFirst()))
      guard !options.wantsHelp else {
        Descriptor.output.write(help.text(for: found.command, calledBy: path))
        return 0
      }
      try found.command.arguments.check(options.arguments.count, command: "\(invocation.program) compose \(found.name)")
    } catch {
      let usage = help.usageLine(found.command, calledBy: path)
      throw CommandFailure(
        "\(error.message)\n\n\(usage)\n\nRun '\(invocation.commandName) \(found.name) --help' for more information")
    }
    var called = invocation
    called.path = path
    called.options = options
    return try await found.run(ComposeInvocation(invocation: called, globals: globals))
  }

  private var help: HelpText { HelpText(program: invocation.program, width: Descriptor.output.size?.width ?? 80) }
}
