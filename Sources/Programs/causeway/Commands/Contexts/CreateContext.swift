import EngineAPI
import EngineClient
import EngineModel

extension Command {
  static var createContext: Command {
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
      guard !store.exists(name) else { throw CommandFailure("context \(quoted(name)) already exists") }
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
      invocation.say(name)
      invocation.complain("Successfully created context \(quoted(name))")
      return 0
    }
  }

  static var updateContext: Command {
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
      invocation.say(name)
      invocation.complain("Successfully updated context \(quoted(name))")
      return 0
    }
  }
}

/// The value of `--docker`: `host=tcp://…,ca=FILE,cert=FILE,key=FILE,skip-tls-verify=true`, or `from=CONTEXT`.
struct ContextEndpoint {
  static let help = """
    Docker endpoint config:

    NAME                DESCRIPTION
    from                Copy named context's Docker endpoint configuration
    host                Docker endpoint on which to connect
    ca                  Trust certs signed only by this CA
    cert                Path to TLS certificate file
    key                 Path to TLS key file
    skip-tls-verify     Skip TLS certificate validation

    Example:

    $ causeway context create far --docker "host=tcp://far.example:2376,ca=ca.pem,cert=cert.pem,key=key.pem"
    """

  let host: String
  let skipsVerification: Bool
  let files: [(name: String, bytes: [UInt8])]

  init(copying name: String, store: ContextStore, invocation: Invocation) throws {
    guard name != ContextStore.standard else {
      host = invocation.defaultHost
      skipsVerification = false
      files = []
      return
    }
    let context = try store.context(name)
    host = context.host
    skipsVerification = context.skipsVerification
    files = try store.tlsFiles(name).map { ($0, try SmallFile.read("\(store.tlsFolder(name))/docker/\($0)")) }
  }

  init(_ values: [String], store: ContextStore, invocation: Invocation) throws {
    let pairs = try KeyValueMap.pairs(values, option: "--docker")
    let known = ["from", "host", "ca", "cert", "key", "skip-tls-verify"]
    if let name = pairs.keys.sorted().first(where: { !known.contains($0) }) {
      throw UsageError.value("unrecognized config key: \(name)")
    }
    if let source = pairs["from"] {
      self = try ContextEndpoint(copying: source, store: store, invocation: invocation)
      return
    }
    let text = pairs["host"] ?? ""
    do {
      if !text.isEmpty { _ = try EngineHost(text) }
    } catch {
      throw UsageError.value("unable to validate docker endpoint: \(error.message)")
    }
    host = text.isEmpty ? EngineChoice.causeway.description : text
    skipsVerification = ParsedOptions.boolean(pairs["skip-tls-verify"] ?? "false") ?? false
    var files: [(name: String, bytes: [UInt8])] = []
    for (key, file) in [("ca", "ca.pem"), ("cert", "cert.pem"), ("key", "key.pem")] {
      if let path = pairs[key], !path.isEmpty { files.append((file, try SmallFile.read(path))) }
    }
    self.files = files
  }
}
