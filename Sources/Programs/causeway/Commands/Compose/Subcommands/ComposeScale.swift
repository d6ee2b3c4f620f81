import Compose

extension ComposeCommand {
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
}
