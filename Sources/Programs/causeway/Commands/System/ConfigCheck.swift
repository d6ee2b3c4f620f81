import EngineSettings

extension Command {
  /// Uses the engine's own parser: `causewayd` reads its configuration with ``ConfigurationFile``.
  static var configCheck: Command {
    Command(
      "config check", usage: "[FILE]", summary: "Check an engine's configuration file",
      detail: "Reports every setting that an engine would reject, with its line and the expected value.\n"
        + "Without FILE, the file is \(Option.standardFile). The command contacts no engine.",
      arguments: .atMost(1)
    ) { invocation in
      let path = invocation.arguments.first ?? Option.standardFile
      let errors = ConfigurationFile.read(try LocalFile.read(path)).errors
      guard errors.isEmpty else {
        for error in errors { Descriptor.error.write("\(path): \(error)\n") }
        return 1
      }
      invocation.printLine("\(path): configuration OK")
      return 0
    }
  }
}
