import Compose

extension ComposeCommand {
  static var build: ComposeCommand {
    ComposeCommand(
      "build", summary: "Build or rebuild services",
      options: [
        .list("build-arg", nil, "Set build-time variables for services", type: "stringArray"),
        OptionSpecification("memory", "m", .bytes, "Set memory limit for the build container"),
        .flag("no-cache", nil, "Do not use cache when building the image"),
        .flag("pull", nil, "Always attempt to pull a newer version of the image"),
        .flag("quiet", "q", "Suppress the build output"),
        .flag("with-dependencies", nil, "Also build dependencies (transitively)"),
      ]
    ) { compose in
      let options = compose.options
      var project = try compose.project()
      try project.activate(services: compose.arguments)
      let selected = try UpPlanner.selected(
        compose.arguments, of: project,
        leavesDependencies: !compose.arguments.isEmpty && !options.flag("with-dependencies"))
      var arguments: [String: String?] = [:]
      for text in options.all("build-arg") {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        arguments.updateValue(parts.count == 2 ? parts[1] : nil, forKey: parts[0])
      }
      for service in selected where service.build != nil {
        guard !compose.isDryRun else {
          compose.invocation.printLine("DRY-RUN  Image \(service.image(in: project.name))  Building")
          continue
        }
        var build = ServiceImageBuild(
          invocation: compose, project: project, service: service, isQuiet: options.flag("quiet"))
        build.ignoresCache = options.flag("no-cache")
        build.pullsBases = options.flag("pull")
        build.arguments = arguments
        build.memory = options.bytes("memory") ?? 0
        try await build.build()
      }
      return 0
    }
  }
}
