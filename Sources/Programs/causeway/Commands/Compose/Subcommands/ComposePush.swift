import Compose

extension ComposeCommand {
  /// Pushes the images of services that have both `build` and `image`.
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
      let (project, selected) = try compose.selectedServices()
      var images: [String] = []
      for service in selected {
        guard service.build != nil, service.node["image"] != nil else { continue }
        let tags = service.build?["tags"]?.texts ?? []
        for image in [service.image(in: project.name)] + tags where !images.contains(image) { images.append(image) }
      }
      guard !compose.isDryRun else {
        for image in images { compose.invocation.printLine("DRY-RUN  Image \(image)  Pushing") }
        return 0
      }
      let board = compose.progress
      board.begin("Pushing", steps: images.count)
      defer { board.end() }
      let push = ImageTransfer(
        engine: compose.engine, configuration: compose.invocation.configuration, isQuiet: true)
      for image in images {
        if !options.flag("quiet") { board.update("Image \(image)", "Pushing", isFinished: false) }
        do {
          try await push.push(image, to: .error)
          if !options.flag("quiet") { board.update("Image \(image)", "Pushed", isFinished: true) }
        } catch {
          board.update("Image \(image)", "Error", isFinished: true, failed: true)
          guard options.flag("ignore-push-failures") else { throw error }
        }
      }
      return 0
    }
  }
}
