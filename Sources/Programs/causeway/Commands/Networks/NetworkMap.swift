import EngineAPI
import JSON

extension Command {
  static var networkMap: Command {
    Command(
      "network map", usage: "[OPTIONS] [NETWORK...]", summary: "Show networks and their containers as a tree",
      options: [
        .flag("all", "a", "Also show stopped containers"),
        .text(
          "format", "f",
          "Format output using a custom template:\n'json':             Print in JSON format\n"
            + "'TEMPLATE':         Print output using the given Go template"),
      ],
      arguments: .atLeast(0)
    ) { invocation in
      let options = invocation.options
      var networks: [Wire.Network] = try await invocation.engine.get("/networks")
      let containers: [Wire.ContainerSummary] = try await invocation.engine.get(
        "/containers/json", options.flag("all") ? [("all", "1")] : [])
      for name in invocation.arguments
      where !networks.contains(where: { $0.Name == name || $0.Id.hasPrefix(name) }) {
        throw EngineErrorResponse(status: 404, message: "network \(name) not found")
      }
      if !invocation.arguments.isEmpty {
        networks = networks.filter { network in
          invocation.arguments.contains { network.Name == $0 || network.Id.hasPrefix($0) }
        }
      }
      let map = NetworkTree(networks, containers, shared: invocation.arguments.isEmpty)
      switch options.text("format") ?? "" {
      case "": Descriptor.output.write(map.text(style: .of(.output)))
      case "json": invocation.printLine(map.json.compactText)
      case let format:
        let template = try Template(format)
        for network in map.networks { invocation.printLine(try template.text(for: network.json)) }
      }
      return 0
    }
  }
}
