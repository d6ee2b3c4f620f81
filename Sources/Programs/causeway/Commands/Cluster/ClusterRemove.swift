extension Command {
  static var clusterRemove: Command {
    Command(
      "cluster rm", "cluster remove", usage: "NODE [NODE...]",
      summary: "Remove one or more nodes, and release the addresses of their containers",
      detail:
        "When an engine is down, its containers keep running and keep their addresses. Remove a node only if it will "
        + "not come back. NODE is a name, an ID or a unique ID prefix.",
      arguments: .atLeast(1)
    ) { invocation in
      try await invocation.forEach(invocation.arguments) { name in
        try await invocation.engine.delete("/causeway/v1/cluster" + invocation.path("nodes", name), [])
        invocation.printLine(name)
      }
    }
  }
}
