import EngineAPI

extension Command {
  static var contextCreate: Command {
    Command(
      "context create", usage: "[OPTIONS] CONTEXT", summary: "Create a context", detail: ContextEndpoint.help,
      options: [
        .text("description", nil, "Description of the context"),
        OptionSpecification("docker", nil, .commaSeparated, "set the docker endpoint"),
        .text("from", nil, "create context from a named context"),
      ],
      arguments: .exactly(1), usesEngine: false
    ) { invocation in
      let options = invocation.options
      let name = invocation.arguments[0]
      try ContextStore.check(name)
      let store = ContextStore(configuration: invocation.configuration.folder)
      guard !store.exists(name) else { throw CommandFailure("context \(name.quoted) already exists") }
      let endpoint: ContextEndpoint
      if let source = options.text("from") {
        guard !options.isSet("docker") else {
          throw UsageError.value("cannot use --docker flag when --from is set")
        }
        endpoint = try ContextEndpoint(copying: source, store: store, invocation: invocation)
      } else if options.isSet("docker") {
        endpoint = try ContextEndpoint(options.all("docker"), store: store, invocation: invocation)
      } else {
        endpoint = try ContextEndpoint(copying: invocation.contextName, store: store, invocation: invocation)
      }
      try store.save(
        EngineContext(
          name: name, description: options.text("description") ?? "", host: endpoint.host,
          skipsVerification: endpoint.skipsVerification))
      try store.saveTLS(name, endpoint.files)
      invocation.printLine(name)
      invocation.printError("Successfully created context \(name.quoted)")
      return 0
    }
  }
}
