import EngineClient

extension Command {
  static var containerExport: Command {
    Command(
      "container export", "export", usage: "[OPTIONS] CONTAINER",
      summary: "Export a container's filesystem as a tar archive",
      options: [.text("output", "o", "Write to a file, instead of STDOUT")], arguments: .exactly(1)
    ) { invocation in
      try await ArchiveOutput(path: invocation.options.text("output"), verb: "export").write {
        try await invocation.engine.stream(.get, invocation.path("containers", invocation.arguments[0], "/export"))
      }
      return 0
    }
  }
}
