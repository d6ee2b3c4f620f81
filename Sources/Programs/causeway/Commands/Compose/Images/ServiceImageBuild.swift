import Compose
import EngineAPI
import EngineClient
import EngineModel

/// Builds a service's image with the engine's classic builder: sends the context as a tar archive to `POST /build`.
struct ServiceImageBuild: Sendable {
  let invocation: ComposeInvocation
  let project: Project
  let service: Service
  var isQuiet = false
  var ignoresCache = false
  var pullsBases = false
  /// The values of `--build-arg`. They override those in the file.
  var arguments: [String: String?] = [:]
  var memory: Int64 = 0

  func build() async throws {
    guard let build = service.build, let context = build["context"]?.text else { return }
    let image = service.image(in: project.name)
    guard !context.contains("://"), !context.hasPrefix("git@") else {
      throw CommandFailure(
        "failed to build service \"\(service.name)\": remote contexts such as \(context) are not supported; clone it and build the folder"
      )
    }
    let source: BuildSource
    if let text = build["dockerfile_inline"]?.text {
      source = try BuildSource(folder: context, text: text)
    } else {
      let path = PathText.absolute(build["dockerfile"]?.text ?? "Dockerfile", in: context, home: nil)
      source = try BuildSource(folder: context, dockerfile: path)
    }
    var query = try query(build, image: image)
    query.add("dockerfile", source.dockerfile)
    if !isQuiet { Descriptor.error.write("Building \(service.name)\n") }
    let chunks = try await invocation.engine.stream(
      .post, "/build", query.items, upload: source.upload,
      headers: try await RegistryCredentials(configuration: invocation.invocation.configuration).header())
    var printer = ProgressPrinter(output: .error, isQuiet: isQuiet)
    do {
      try await printer.print(chunks)
    } catch let response as EngineErrorResponse {
      throw CommandFailure("failed to build service \"\(service.name)\": \(response.message)")
    }
    if !isQuiet { Descriptor.error.write("Image \(image)  Built\n") }
  }

  private func query(_ build: Node, image: String) throws -> BuildQuery {
    var query = BuildQuery()
    for tag in [image] + (build["tags"]?.texts ?? []) { query.add("t", tag) }
    query.add("rm", true)
    query.add("forcerm", true)
    var given: [String: String?] = [:]
    for entry in build["args"]?.entries ?? [] {
      given.updateValue(entry.value.text ?? project.environment[entry.key], forKey: entry.key)
    }
    for (name, value) in arguments { given.updateValue(value ?? project.environment[name], forKey: name) }
    query.add("buildargs", given)
    var labels = Dictionary(
      (build["labels"]?.entries ?? []).map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { $1 })
    labels[ComposeLabel.project] = project.name
    labels[ComposeLabel.service] = service.name
    labels[ComposeLabel.version] = ComposeLabel.composeVersion
    query.add("labels", labels.mapValues { $0 })
    query.add("target", build["target"]?.text)
    query.add("nocache", ignoresCache || build["no_cache"]?.bool == true)
    query.add("pull", pullsBases || build["pull"]?.bool == true)
    query.add("networkmode", build["network"]?.text)
    query.add("shmsize", build["shm_size"]?.text.flatMap { ByteSize($0)?.bytes })
    query.add("memory", memory)
    for host in build["extra_hosts"]?.entries ?? [] {
      for address in host.value.texts { query.add("extrahosts", "\(host.key):\(address)") }
    }
    query.add("cachefrom", list: build["cache_from"]?.texts ?? [])
    query.add(
      (build["ulimits"]?.entries ?? []).map { entry in
        let whole = entry.value.integer
        return ResourceLimit(
          name: entry.key, soft: Int64(whole ?? entry.value["soft"]?.integer ?? 0),
          hard: Int64(whole ?? entry.value["hard"]?.integer ?? 0))
      })
    query.add("platform", service.node["platform"]?.text ?? build["platforms"]?.texts.first)
    return query
  }
}
