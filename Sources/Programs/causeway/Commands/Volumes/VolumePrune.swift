import EngineAPI

extension Command {
  static var volumePrune: Command {
    Command(
      "volume prune", usage: "[OPTIONS]", summary: "Remove unused local volumes",
      options: [
        .flag("all", "a", "Remove all unused volumes, not just anonymous ones"),
        .list("filter", nil, "Provide filter values (e.g. \"label=<label>\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      var filters = try FilterArguments(options.all("filter"), option: "--filter")
      if options.flag("all") { filters.add("all", "true") }
      let which = options.flag("all") ? "all local volumes" : "anonymous local volumes"
      guard await invocation.confirms("This will remove \(which) not used by at least one container.") else { return 1 }
      let pruned = try await invocation.engine.post(
        "/volumes/prune", filters.isEmpty ? [] : [("filters", filters.json)], as: Wire.VolumesPruned.self)
      if let deleted = pruned.VolumesDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted Volumes:\n" + deleted.joined(separator: "\n") + "\n")
      }
      invocation.printLine("Total reclaimed space: \(HumanText.size(pruned.SpaceReclaimed, digits: 4))")
      return 0
    }
  }
}
