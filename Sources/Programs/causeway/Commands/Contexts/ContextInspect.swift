import JSON
import EngineAPI

extension Command {
  static var contextInspect: Command {
    Command(
      "context inspect", usage: "[OPTIONS] [CONTEXT] [CONTEXT...]",
      summary: "Display detailed information on one or more contexts",
      options: [.text("format", "f", "Format output using a custom template")], arguments: .atLeast(0),
      usesEngine: false
    ) { invocation in
      let store = ContextStore(configuration: invocation.configuration.folder)
      let names = invocation.arguments.isEmpty ? [invocation.contextName] : invocation.arguments
      return try await Inspection(invocation: invocation, names: names, escapesHTML: true).show { name in
        guard name != ContextStore.defaultName else {
          let context = EngineContext(name: name, host: invocation.defaultHost)
          return description(context, tls: [], metadata: Self.inMemory, material: Self.inMemory)
        }
        let files = store.tlsFiles(name)
        return description(
          try store.context(name), tls: files, metadata: store.metadataFolder(name), material: store.tlsFolder(name))
      }
    }
  }

  private static let inMemory = "<IN MEMORY>"

  private static func description(_ context: EngineContext, tls: [String], metadata: String, material: String)
    -> JSONValue
  {
    let files: [JSONMember] =
      tls.isEmpty ? [] : [JSONMember("docker", .array(tls.map { .string($0) }))]
    return .object(
      context.metadata.members + [
        JSONMember("TLSMaterial", .object(files)),
        JSONMember(
          "Storage",
          .object([JSONMember("MetadataPath", .string(metadata)), JSONMember("TLSPath", .string(material))])),
      ])
  }
}
