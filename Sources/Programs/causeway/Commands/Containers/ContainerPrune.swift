import EngineAPI
import EngineClient

extension Command {
  static var containerPrune: Command {
    Command(
      "container prune", usage: "[OPTIONS]", summary: "Remove all stopped containers",
      options: [
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"), .plan,
      ],
      arguments: .none
    ) { invocation in
      let filters = try FilterArguments(invocation.options.all("filter"), option: "--filter")
      let query: EngineSession.Query = filters.isEmpty ? [] : [("filters", filters.json)]
      if invocation.options.flag("plan") {
        try await invocation.showPlan(.post, "/containers/prune", query)
        return 0
      }
      guard await invocation.confirms("This will remove all stopped containers.") else { return 1 }
      let pruned = try await invocation.engine.post("/containers/prune", query, as: Wire.ContainersPruned.self)
      if let deleted = pruned.ContainersDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted Containers:\n" + deleted.joined(separator: "\n") + "\n")
      }
      invocation.printLine("Total reclaimed space: \(HumanText.size(pruned.SpaceReclaimed, digits: 4))")
      return 0
    }
  }
}
