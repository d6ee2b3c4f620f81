import EngineSettings

extension Command {
  /// The judgement is the engine's own: ``ConfigurationFile`` is what `causewayd` starts with.
  static var checkConfiguration: Command {
    Command(
      "config check", usage: "[FILE]", summary: "Check an engine's configuration file",
      detail: "Says of everything in the file that an engine would refuse where it stands and what was expected.\n"
        + "Without FILE it is \(Option.standardFile). No engine is asked.",
      arguments: .atMost(1)
    ) { invocation in
      let path = invocation.arguments.first ?? Option.standardFile
      let faults = ConfigurationFile.read(try SmallFile.read(path)).faults
      guard faults.isEmpty else {
        for fault in faults { Descriptor.error.write("\(path): \(fault)\n") }
        return 1
      }
      invocation.say("\(path): configuration OK")
      return 0
    }
  }
}
