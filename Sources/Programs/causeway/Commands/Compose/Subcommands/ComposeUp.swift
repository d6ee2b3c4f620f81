import Compose

extension ComposeCommand {
  static var up: ComposeCommand {
    ComposeCommand(
      "up", summary: "Create and start containers",
      options: Convergence.specifications + [
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
      var up = try Convergence(compose: compose, project: &project)
      up.leavesDependencies = options.flag("no-deps")
      let interruption = Interruption.install()
      let signals = ComposeSignals(interruption: interruption)
      let follower = detached || compose.isDryRun ? nil : ProjectLogFollower(compose: compose, project: project)
      try await follower?.begin()
      do {
        try await up.converge(starts: !options.flag("no-start"))
      } catch {
        guard error is Interrupted || interruption.isSet else { throw error }
        try await up.reportRunningContainers()
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
}
