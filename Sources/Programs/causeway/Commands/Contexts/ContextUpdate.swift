import EngineAPI

extension Command {
  static var contextUpdate: Command {
    Command(
      "context update", usage: "[OPTIONS] CONTEXT", summary: "Update a context", detail: ContextEndpoint.help,
      options: [
        .text("description", nil, "Description of the context"),
        OptionSpecification("docker", nil, .commaSeparated, "set the docker endpoint"),
      ],
      arguments: .exactly(1), usesEngine: false
    ) { invocation in
      let options = invocation.options
      let name = invocation.arguments[0]
      try ContextStore.check(name)
      let store = ContextStore(configuration: invocation.configuration.folder)
      var context = try store.context(name)
      if let description = options.text("description") { context.description = description }
      var endpoint: ContextEndpoint?
      if options.isSet("docker") {
        let made = try ContextEndpoint(options.all("docker"), store: store, invocation: invocation)
        context.host = made.host
        context.skipsVerification = made.skipsVerification
        endpoint = made
      }
      try store.save(context)
      if let endpoint { try store.saveTLS(name, endpoint.files) }
      invocation.printLine(name)
      invocation.printError("Successfully updated context \(name.quoted)")
      return 0
    }
  }
}
