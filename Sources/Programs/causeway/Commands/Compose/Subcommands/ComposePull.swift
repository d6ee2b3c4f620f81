import Compose

extension ComposeCommand {
  static var pull: ComposeCommand {
    ComposeCommand(
      "pull", summary: "Pull service images",
      options: [
        .flag("ignore-buildable", nil, "Ignore images that can be built"),
        .flag("ignore-pull-failures", nil, "Pull what it can and ignores images with pull failures"),
        .flag("include-deps", nil, "Also pull services declared as dependencies"),
        .text("policy", nil, "Apply pull policy (\"missing\"|\"always\")"),
        .flag("quiet", "q", "Pull without printing progress information"),
      ]
    ) { compose in
      let options = compose.options
      let (project, selected) = try compose.selectedServices()
      let present = Set(
        try await ImageIDs(engine: compose.engine).find(selected.map { $0.image(in: project.name) }).keys)
      let pulls = selected.filter { service in
        if service.node["image"] == nil { return false }
        if service.build != nil, options.flag("ignore-buildable") { return false }
        let policy = options.text("policy") ?? service.node["pull_policy"]?.text
        if policy == "never" || policy == "build" { return false }
        return !(policy == "missing" || policy == "if_not_present")
          || !present.contains(service.image(in: project.name))
      }
      var preparation = ImagePreparation(invocation: compose, project: project)
      preparation.isQuiet = options.flag("quiet")
      let images = pulls.map { (image: $0.image(in: project.name), platform: $0.node["platform"]?.text) }
      guard !compose.isDryRun else {
        for image in images { compose.invocation.printLine("DRY-RUN  Image \(image.image)  Pulling") }
        return 0
      }
      try await preparation.pull(images, toleratingFailures: options.flag("ignore-pull-failures"))
      return 0
    }
  }
}
