import EngineAPI

extension Command {
  static var builderPrune: Command {
    Command(
      "builder prune", summary: "Remove build cache",
      options: [
        .flag("all", "a", "Remove all unused build cache, not just dangling ones"),
        .list("filter", nil, "Provide filter values (e.g. \"until=24h\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"),
        OptionSpecification("keep-storage", nil, .bytes, "Amount of disk space to keep for cache"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"), option: "--filter")
      let which = options.flag("all") ? "all build cache" : "all dangling build cache"
      guard await invocation.confirms("This will remove \(which).") else { return 1 }
      var query = BuildQuery()
      query.add("all", options.flag("all"))
      query.add("keep-storage", options.bytes("keep-storage"))
      if !filters.isEmpty { query.add("filters", filters.json) }
      let pruned = try await invocation.engine.post("/build/prune", query.items, as: Wire.BuildPruned.self)
      if let deleted = pruned.CachesDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted build cache objects:\n" + deleted.joined(separator: "\n") + "\n")
      }
      invocation.printLine("Total reclaimed space: \(HumanText.size(pruned.SpaceReclaimed, digits: 4))")
      return 0
    }
  }
}
