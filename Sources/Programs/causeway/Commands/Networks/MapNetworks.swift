import EngineAPI

extension Command {
  static var mapNetworks: Command {
    Command(
      "network map", usage: "[OPTIONS] [NETWORK...]", summary: "Show networks as a tree, with who is on them",
      options: [
        .flag("all", "a", "Show containers that do not run, too"),
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
        throw EngineRefusal(status: 404, message: "network \(name) not found")
      }
      if !invocation.arguments.isEmpty {
        networks = networks.filter { network in
          invocation.arguments.contains { network.Name == $0 || network.Id.hasPrefix($0) }
        }
      }
      let map = NetworkMap(networks, containers, shared: invocation.arguments.isEmpty)
      switch options.text("format") ?? "" {
      case "": Descriptor.output.write(map.text(style: .of(.output)))
      case "json": invocation.say(map.json.compactText)
      case let format:
        let template = try Template(format)
        for branch in map.branches { invocation.say(try template.text(for: branch.json)) }
      }
      return 0
    }
  }
}
