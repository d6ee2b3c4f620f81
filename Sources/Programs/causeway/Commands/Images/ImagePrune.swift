import EngineAPI

extension Command {
  static var imagePrune: Command {
    Command(
      "image prune", usage: "[OPTIONS]", summary: "Remove unused images",
      options: [
        .flag("all", "a", "Remove all unused images, not just dangling ones"),
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      var filters = try FilterArguments(options.all("filter"), option: "--filter")
      filters.add("dangling", options.flag("all") ? "false" : "true")
      let which =
        options.flag("all")
        ? "all images without at least one container associated to them." : "all dangling images."
      guard await invocation.confirms("This will remove \(which)") else { return 1 }
      let pruned = try await invocation.engine.post(
        "/images/prune", [("filters", filters.json)], as: Wire.ImagesPruned.self)
      if let deleted = pruned.ImagesDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted Images:\n" + text(deleted))
      }
      invocation.printLine("Total reclaimed space: \(HumanText.size(pruned.SpaceReclaimed, digits: 4))")
      return 0
    }
  }
}
