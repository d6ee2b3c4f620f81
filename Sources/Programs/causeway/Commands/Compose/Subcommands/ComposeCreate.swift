import Compose

extension ComposeCommand {
  static var create: ComposeCommand {
    ComposeCommand(
      "create", summary: "Creates containers for a service", options: Convergence.specifications, takesSignals: true
    ) {
      compose in
      var project = try compose.project()
      let up = try Convergence(compose: compose, project: &project)
      try await up.converge(starts: false)
      return 0
    }
  }
}
