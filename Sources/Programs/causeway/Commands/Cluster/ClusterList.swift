import EngineAPI

extension Command {
  static var clusterList: Command {
    Command(
      "cluster ls", "cluster list", usage: "[OPTIONS]", summary: "List the nodes of the cluster",
      options: [
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("quiet", "q", "Only display node IDs"),
      ],
      arguments: .none
    ) { invocation in
      let nodes: [Wire.ClusterNode] = try await invocation.engine.get("/causeway/v1/cluster/nodes")
      guard !invocation.options.flag("quiet") else {
        for node in nodes { invocation.printLine(node.ID) }
        return 0
      }
      let headers = [
        "ID": "ID", "Name": "HOST", "Address": "ADDRESS", "Status": "STATUS", "Containers": "CONTAINERS", "Self": "",
      ]
      let rows = nodes.map { node in
        ListRow([
          "ID": String(node.ID.prefix(12)), "Name": node.Name, "Address": node.Address,
          "Status": node.IsAlive ? "alive" : "down", "Containers": "\(node.Containers)",
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
}
