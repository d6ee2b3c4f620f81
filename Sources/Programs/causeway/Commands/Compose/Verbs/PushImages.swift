import Compose

extension ComposeCommand {
  /// Services without an image of their own making have nothing to push.
  static var push: ComposeCommand {
    ComposeCommand(
      "push", summary: "Push service images",
      options: [
        .flag("ignore-push-failures", nil, "Push what it can and ignores images with push failures"),
        .flag("include-deps", nil, "Also push images of services declared as dependencies"),
        .flag("quiet", "q", "Push without printing progress information"),
      ]
    ) { compose in
      let options = compose.options
      let (project, selected) = try compose.selected()
      var images: [String] = []
      for service in selected {
        guard service.build != nil, service.node["image"] != nil else { continue }
        let tags = service.build?["tags"]?.texts ?? []
        for image in [service.image(in: project.name)] + tags where !images.contains(image) { images.append(image) }
      }
      guard !compose.isDryRun else {
        for image in images { compose.invocation.say("DRY-RUN  Image \(image)  Pushing") }
        return 0
      }
      let board = compose.progress
      board.begin("Pushing", steps: images.count)
      defer { board.end() }
      let push = ImageTransfer(
        engine: compose.engine, configuration: compose.invocation.configuration, isQuiet: true)
      for image in images {
        if !options.flag("quiet") { board.update("Image \(image)", "Pushing", isOver: false) }
        do {
          try await push.push(image, to: .error)
          if !options.flag("quiet") { board.update("Image \(image)", "Pushed", isOver: true) }
        } catch {
          board.update("Image \(image)", "Error", isOver: true, failed: true)
          guard options.flag("ignore-push-failures") else { throw error }
        }
      }
      return 0
    }
  }
}

extension ComposeInvocation {
  /// The services that were named, or all, and with `--include-deps` those that they need.
  func selected() throws -> (Project, [Service]) {
    var project = try project()
    try project.activate(services: arguments)
    let services = try UpPlanner.selected(
      arguments, of: project, leavesDependencies: !arguments.isEmpty && !options.flag("include-deps"))
    return (project, services)
  }
}
