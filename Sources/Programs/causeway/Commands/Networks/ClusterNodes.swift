import EngineAPI

extension Command {
  static var listClusterNodes: Command {
    Command(
      "cluster ls", "cluster list", usage: "[OPTIONS]", summary: "List the hosts that networks span",
      options: [
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("quiet", "q", "Only display host IDs"),
      ],
      arguments: .none
    ) { invocation in
      let nodes: [Wire.ClusterNode] = try await invocation.engine.get("/causeway/v1/cluster/nodes")
      guard !invocation.options.flag("quiet") else {
        for node in nodes { invocation.say(node.ID) }
        return 0
      }
      let headers = [
        "ID": "ID", "Name": "HOST", "Address": "ADDRESS", "Status": "STATUS", "Containers": "CONTAINERS", "Self": "",
      ]
      let rows = nodes.map { node in
        ListRow([
          "ID": String(node.ID.prefix(12)), "Name": node.Name, "Address": node.Address,
          "Status": node.IsAlive ? "alive" : "silent", "Containers": "\(node.Containers)",
          "Self": node.IsThisHost ? "this host" : "",
        ])
      }
      let list = ListFormat(
        invocation.options.text("format"),
        standard: "{{.ID}}\t{{.Name}}\t{{.Address}}\t{{.Status}}\t{{.Containers}}\t{{.Self}}")
      Descriptor.output.write(try list.text(headers: headers, rows: rows))
      return 0
    }
  }

  static var removeClusterNodes: Command {
    Command(
      "cluster rm", "cluster remove", usage: "NODE [NODE...]",
      summary: "Forget one or more hosts that are gone, with all that their containers held",
      detail: "The containers of a host whose engine is down go on and keep their addresses; only a host that will not "
        + "come back should be forgotten. NODE is its name, its ID or the beginning of that.",
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.each(invocation.arguments) { name in
        try await invocation.engine.delete("/causeway/v1/cluster" + invocation.path("nodes", name), [])
        invocation.say(name)
      }
    }
  }
}
