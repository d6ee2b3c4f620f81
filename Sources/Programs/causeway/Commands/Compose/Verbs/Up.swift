import Compose
import EngineAPI

extension ComposeCommand {
  static var up: ComposeCommand {
    ComposeCommand(
      "up", summary: "Create and start containers",
      options: convergenceOptions + [
        .flag(
          "abort-on-container-exit", nil, "Stops all containers if any container was stopped. Incompatible with -d"),
        .flag(
          "abort-on-container-failure", nil,
          "Stops all containers if any container exited with failure. Incompatible with -d"),
        .list("attach", nil, "Restrict attaching to the specified services", type: "stringArray"),
        .flag("attach-dependencies", nil, "Automatically attach to log output of dependent services"),
        .flag("detach", "d", "Detached mode: Run containers in the background"),
        .text(
          "exit-code-from", nil,
          "Return the exit code of the selected service container. Implies --abort-on-container-exit"),
        .list("no-attach", nil, "Do not attach (stream logs) to the specified services", type: "stringArray"),
        .flag("no-color", nil, "Produce monochrome output"),
        .flag("no-deps", nil, "Don't start linked services"),
        .flag("no-log-prefix", nil, "Don't print prefix in logs"),
        .flag("no-start", nil, "Don't start the services after creating them"),
        .flag("timestamps", nil, "Show timestamps"),
        .flag("wait", nil, "Wait for services to be running|healthy. Implies detached mode"),
        .integer("wait-timeout", nil, "Maximum duration in seconds to wait for the project to be running|healthy"),
      ], takesSignals: true
    ) { compose in
      let options = compose.options
      let detached = options.flag("detach") || options.flag("wait") || options.flag("no-start")
      let aborts =
        options.flag("abort-on-container-exit") || options.flag("abort-on-container-failure")
        || options.isSet("exit-code-from")
      guard !(detached && aborts) else {
        throw CommandFailure("--abort-on-container-exit and --detach are incompatible")
      }
      var project = try compose.project()
      let up = try Convergence(compose: compose, project: &project)
      let interruption = Interruption.install()
      let signals = ComposeSignals(interruption: interruption)
      let follower = detached || compose.isDryRun ? nil : ProjectFollower(compose: compose, project: project)
      try await follower?.begin()
      do {
        try await up.converge(starts: !options.flag("no-start"))
      } catch {
        guard error is Interrupted || interruption.isSet else { throw error }
        try await up.listWhatIsThere()
        throw ExitCode(130)
      }
      if options.flag("wait") {
        try await up.waitUntilReady(seconds: options.integer("wait-timeout").map(Int.init))
        return 0
      }
      guard let follower else { return 0 }
      return try await follower.run(until: signals, up: up)
    }
  }

  static var create: ComposeCommand {
    ComposeCommand(
      "create", summary: "Creates containers for a service", options: convergenceOptions, takesSignals: true
    ) {
      compose in
      var project = try compose.project()
      let up = try Convergence(compose: compose, project: &project)
      try await up.converge(starts: false)
      return 0
    }
  }

  static var scale: ComposeCommand {
    ComposeCommand(
      "scale", usage: "[SERVICE=REPLICAS...]", summary: "Scale services ",
      options: [.flag("no-deps", nil, "Don't start linked services")], arguments: .atLeast(1)
    ) { compose in
      var project = try compose.project()
      for argument in compose.arguments { try Convergence.scale(argument, &project) }
      let names = compose.arguments.map { String($0.prefix { $0 != "=" }) }
      var up = Convergence(compose: compose, project: project, services: names)
      up.leavesDependencies = compose.options.flag("no-deps")
      up.recreation = .never
      try await up.converge(starts: true)
      return 0
    }
  }

  static let convergenceOptions: [OptionSpecification] = [
    .flag("always-recreate-deps", nil, "Recreate dependent containers. Incompatible with --no-recreate"),
    .flag("build", nil, "Build images before starting containers"),
    .flag("force-recreate", nil, "Recreate containers even if their configuration and image haven't changed"),
    .flag("no-build", nil, "Don't build an image, even if it's policy"),
    .flag("no-recreate", nil, "If containers already exist, don't recreate them. Incompatible with --force-recreate"),
    .text("pull", nil, "Pull image before running (\"always\"|\"missing\"|\"never\"|\"build\")", default: "policy"),
    .flag("quiet-pull", nil, "Pull without printing progress information"),
    .flag("remove-orphans", nil, "Remove containers for services not defined in the Compose file"),
    .flag(
      "renew-anon-volumes", "V", "Recreate anonymous volumes instead of retrieving data from the previous containers"),
    .list(
      "scale", nil, "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present",
      type: "scale"),
    .integer(
      "timeout", "t",
      "Use this timeout in seconds for container shutdown when attached or when containers are already running"),
    .flag("yes", "y", "Assume \"yes\" as answer to all prompts"),
  ]
}
