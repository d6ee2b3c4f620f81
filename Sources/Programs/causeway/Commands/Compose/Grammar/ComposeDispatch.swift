/// Finds the command below `compose` and parses its arguments.
struct ComposeDispatch: Sendable {
  let invocation: Invocation

  func run() async throws -> Int32 {
    let globals = invocation.options
    var arguments = globals.arguments
    guard var name = arguments.first else {
      Descriptor.output.write(help.text(for: .compose, calledBy: ["compose"]))
      return 0
    }
    if name == "help" {
      arguments = Array(arguments.dropFirst()) + ["--help"]
      name = arguments[0]
      if name == "--help" { arguments = [] }
    }
    guard !arguments.isEmpty else {
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
      options = try OptionParser(found.command.options, order: found.command.order).parse(Array(arguments.dropFirst()))
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
