import EngineAPI

extension Command {
  static var containerTop: Command {
    Command(
      "container top", "top", usage: "CONTAINER [ps OPTIONS]", summary: "Display the running processes of a container",
      arguments: .atLeast(1), order: .optionsFirst
    ) { invocation in
      let arguments = invocation.arguments.dropFirst().joined(separator: " ")
      let query: EngineSession.Query = arguments.isEmpty ? [] : [("ps_args", arguments)]
      let top: Wire.Top = try await invocation.engine.get(
        invocation.path("containers", invocation.arguments[0], "/top"), query)
      Descriptor.output.write(
        Table.aligned(([top.Titles] + top.Processes).map { $0.joined(separator: "\t") }, minimumWidth: 20))
      return 0
    }
  }
}
