import EngineAPI

extension Command {
  static var contextImport: Command {
    Command(
      "context import", usage: "CONTEXT FILE|-", summary: "Import a context from a tar file", arguments: .exactly(2),
      usesEngine: false
    ) { invocation in
      let (name, source) = (invocation.arguments[0], invocation.arguments[1])
      try ContextStore.check(name)
      let store = ContextStore(configuration: invocation.configuration.folder)
      guard !store.exists(name) else { throw CommandFailure("context \(name.quoted) already exists") }
      let archive = try await ContextArchive(reading: source)
      var context = archive.context
      context.name = name
      try store.save(context)
      try store.saveTLS(name, archive.files)
      invocation.printLine(name)
      invocation.printError("Successfully imported context \(name.quoted)")
      return 0
    }
  }
}
