extension ComposeCommand {
  /// Causeway does not watch files. The command says so and names the alternatives.
  static var watch: ComposeCommand {
    ComposeCommand(
      "watch", summary: "Watch build context for service and rebuild/refresh containers when files are updated",
      options: [
        .flag("no-up", nil, "Do not build & start services before watching"),
        .flag("prune", nil, "Prune dangling images on rebuild", default: true),
        .flag("quiet", nil, "Hide build output"),
      ]
    ) { _ in
      throw CommandFailure(
        "watch is not supported: run \"compose up --build\" after a change, or mount the folder with a bind in volumes:"
      )
    }
  }
}
