import Compose
import EngineAPI
import EngineClient

/// Builds a service's image by the engine's classic builder: the context goes as a tar archive to `POST /build`.
struct ImageBuild: Sendable {
  let invocation: ComposeInvocation
  let project: Project
  let service: Service
  var isQuiet = false
  var ignoresCache = false
  var pullsBases = false
  /// `--build-arg`, over the file's.
  var arguments: [String: String?] = [:]
  var memory: Int64 = 0

  func build() async throws {
    guard let build = service.build, let context = build["context"]?.text else { return }
    let image = service.image(in: project.name)
    var query = try query(build, image: image)
    var upload: ByteChunks?
    if context.contains("://") || context.hasPrefix("git@") {
      query.append(("remote", context))
      query.append(("dockerfile", build["dockerfile"]?.text ?? "Dockerfile"))
    } else {
      let inline = build["dockerfile_inline"]?.text.map { (path: ".causeway.Dockerfile", text: $0) }
      let dockerfile = inline?.path ?? Self.relative(build["dockerfile"]?.text ?? "Dockerfile", to: context)
      query.append(("dockerfile", dockerfile))
      if let inline {
        upload = try BuildContext(folder: context, dockerfile: inline.path, inline: inline)
      } else if dockerfile.hasPrefix("/") || dockerfile.hasPrefix("../") {
        // Outside the context: it goes along under a name of ours.
        let path = PathText.absolute(dockerfile, in: context, home: nil)
        let text = String(decoding: try SmallFile.read(path), as: UTF8.self)
        query[query.count - 1] = ("dockerfile", ".causeway.Dockerfile")
        upload = try BuildContext(
          folder: context, dockerfile: ".causeway.Dockerfile", inline: (".causeway.Dockerfile", text))
      } else {
        upload = try BuildContext(folder: context, dockerfile: dockerfile)
      }
    }
    if !isQuiet { Descriptor.error.write("Building \(service.name)\n") }
    let chunks = try await invocation.engine.stream(.post, "/build", query, upload: upload)
    var printer = ProgressPrinter(output: .error, isQuiet: isQuiet)
    do {
      try await printer.print(chunks)
    } catch let refusal as EngineRefusal {
      throw CommandFailure("failed to build service \"\(service.name)\": \(refusal.message)")
    }
    if !isQuiet { Descriptor.error.write("Image \(image)  Built\n") }
  }

  /// A Dockerfile in the context, by its path there.
  static func relative(_ dockerfile: String, to context: String) -> String {
    let whole = PathText.absolute(dockerfile, in: context, home: nil)
    return whole.hasPrefix(context + "/") ? String(whole.dropFirst(context.utf8.count + 1)) : whole
  }

  private func query(_ build: Node, image: String) throws -> EngineSession.Query {
    var query: EngineSession.Query = [("t", image), ("rm", "1"), ("forcerm", "1")]
    for tag in build["tags"]?.texts ?? [] { query.append(("t", tag)) }
    var given: [String: JSONValue] = [:]
    for entry in build["args"]?.entries ?? [] {
      given[entry.key] = (entry.value.text ?? project.environment[entry.key]).map { .string($0) } ?? .null
    }
    for (name, value) in arguments { given[name] = (value ?? project.environment[name]).map { .string($0) } ?? .null }
    if !given.isEmpty { query.append(("buildargs", Self.json(given))) }
    var labels = Dictionary(
      (build["labels"]?.entries ?? []).map { ($0.key, JSONValue.string($0.value.text ?? "")) }, uniquingKeysWith: { $1 }
    )
    labels[ComposeLabel.project] = .string(project.name)
    labels[ComposeLabel.service] = .string(service.name)
    labels[ComposeLabel.version] = .string(ComposeLabel.dialect)
    query.append(("labels", Self.json(labels)))
    if let target = build["target"]?.text { query.append(("target", target)) }
    if ignoresCache || build["no_cache"]?.bool == true { query.append(("nocache", "1")) }
    if pullsBases || build["pull"]?.bool == true { query.append(("pull", "1")) }
    if let network = build["network"]?.text { query.append(("networkmode", network)) }
    if let size = build["shm_size"]?.text { query.append(("shmsize", size)) }
    if memory > 0 { query.append(("memory", String(memory))) }
    for host in build["extra_hosts"]?.entries ?? [] {
      for address in host.value.texts { query.append(("extrahosts", "\(host.key):\(address)")) }
    }
    if let caches = build["cache_from"]?.texts, !caches.isEmpty {
      query.append(("cachefrom", JSONValue.array(caches.map { .string($0) }).compactText))
    }
    if let limits = build["ulimits"] {
      let values = limits.entries.map { entry in
        JSONValue.object([
          JSONMember("Name", .string(entry.key)),
          JSONMember("Soft", .number(String(entry.value.integer ?? entry.value["soft"]?.integer ?? 0))),
          JSONMember("Hard", .number(String(entry.value.integer ?? entry.value["hard"]?.integer ?? 0))),
        ])
      }
      query.append(("ulimits", JSONValue.array(values).compactText))
    }
    if let platform = service.node["platform"]?.text ?? build["platforms"]?.texts.first {
      query.append(("platform", platform))
    }
    return query
  }

  private static func json(_ members: [String: JSONValue]) -> String {
    JSONValue.object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) }).compactText
  }
}
