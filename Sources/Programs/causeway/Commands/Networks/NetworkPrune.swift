import EngineAPI
import EngineClient

extension Command {
  static var networkPrune: Command {
    Command(
      "network prune", usage: "[OPTIONS]", summary: "Remove all unused networks",
      options: [
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"), .plan,
      ],
      arguments: .none
    ) { invocation in
      let filters = try FilterArguments(invocation.options.all("filter"), option: "--filter")
      let query: EngineSession.Query = filters.isEmpty ? [] : [("filters", filters.json)]
      if invocation.options.flag("plan") {
        try await invocation.showPlan(.post, "/networks/prune", query)
        return 0
      }
      guard await invocation.confirms("This will remove all custom networks not used by at least one container.") else {
        return 1
      }
      let pruned = try await invocation.engine.post(
        "/networks/prune", query, as: Wire.NetworksPruned.self)
      if let deleted = pruned.NetworksDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted Networks:\n" + deleted.joined(separator: "\n") + "\n")
      }
      return 0
    }
  }
}
