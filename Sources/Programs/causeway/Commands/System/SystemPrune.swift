import EngineAPI
import EngineClient

extension Command {
  static var systemPrune: Command {
    Command(
      "system prune", usage: "[OPTIONS]", summary: "Remove unused data",
      options: [
        .flag("all", "a", "Remove all unused images not just dangling ones"),
        .list("filter", nil, "Provide filter values (e.g. \"label=<key>=<value>\")", type: "filter"),
        .flag("force", "f", "Do not prompt for confirmation"),
        .flag("volumes", nil, "Prune anonymous volumes"), .plan,
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let filters = try FilterArguments(options.all("filter"), option: "--filter")
      let query: EngineSession.Query = filters.isEmpty ? [] : [("filters", filters.json)]
      if options.flag("plan") {
        for kind in ["containers", "networks"] { try await invocation.showPlan(.post, "/\(kind)/prune", query) }
        return 0
      }
      guard await invocation.confirms(warning(options)) else { return 1 }
      let engine = invocation.engine
      let containers = try await engine.post("/containers/prune", query, as: Wire.ContainersPruned.self)
      var reclaimed = containers.SpaceReclaimed
      show("Deleted Containers:", containers.ContainersDeleted)
      let networks = try await engine.post("/networks/prune", query, as: Wire.NetworksPruned.self)
      show("Deleted Networks:", networks.NetworksDeleted)
      if options.flag("volumes") {
        let volumes = try await engine.post("/volumes/prune", query, as: Wire.VolumesPruned.self)
        reclaimed += volumes.SpaceReclaimed
        show("Deleted Volumes:", volumes.VolumesDeleted)
      }
      var imageFilters = filters
      imageFilters.add("dangling", options.flag("all") ? "false" : "true")
      let images = try await engine.post(
        "/images/prune", [("filters", imageFilters.json)], as: Wire.ImagesPruned.self)
      reclaimed += images.SpaceReclaimed
      if let deleted = images.ImagesDeleted, !deleted.isEmpty {
        invocation.printLine("Deleted Images:\n" + text(deleted))
      }
      let cache = try await engine.post("/build/prune", query, as: Wire.BuildPruned.self)
      reclaimed += cache.SpaceReclaimed
      show("Deleted build cache objects:", cache.CachesDeleted)
      invocation.printLine("Total reclaimed space: \(HumanText.size(reclaimed, digits: 4))")
      return 0
    }
  }

  private static func show(_ heading: String, _ names: [String]?) {
    guard let names, !names.isEmpty else { return }
    Descriptor.output.write(heading + "\n" + names.joined(separator: "\n") + "\n\n")
  }

  private static func warning(_ options: ParsedOptions) -> String {
    var lines = ["all stopped containers", "all networks not used by at least one container"]
    if options.flag("volumes") { lines.append("all anonymous volumes not used by at least one container") }
    lines.append(
      options.flag("all") ? "all images without at least one container associated to them" : "all dangling images")
    lines.append("unused build cache")
    return "This will remove:\n" + lines.map { "  - \($0)\n" }.joined()
  }
}
