import EngineAPI
import EngineClient
import Glibc

/// Creates a container for `run` and `create`, and pulls its image when it is missing.
struct ContainerCreation: Sendable {
  let invocation: Invocation

  private var options: ParsedOptions { invocation.options }

  func body() throws(UsageError) -> Wire.ContainerCreateBody {
    let size = Descriptor.output.size
    let caller = ContainerRequest.CallerContext(
      workingDirectory: Invocation.workingDirectory, environment: Invocation.environment,
      file: { path throws(UsageError) in
        do throws(CommandFailure) {
          return String(decoding: try LocalFile.read(path), as: UTF8.self)
        } catch {
          throw .value(error.message)
        }
      }, consoleSize: size.map { [$0.height, $0.width] } ?? [0, 0])
    var body = try ContainerRequest(options: options, caller: caller).body()
    let given = body.Config.Env ?? []
    body.Config.Env =
      given
      + ProxySettings.variables(invocation.configuration, host: invocation.engine.host.description, given: given)
    return body
  }

  private var query: EngineSession.Query {
    var query: EngineSession.Query = []
    if let name = options.text("name") { query.append(("name", name)) }
    if let platform = options.text("platform") { query.append(("platform", platform)) }
    return query
  }

  /// Prints the plan for creating and starting the container.
  func printPlan(_ body: Wire.ContainerCreateBody) async throws {
    try await invocation.showPlan(.post, "/containers/create", query, body: body)
  }

  /// - Returns: the container's id.
  func create(_ body: Wire.ContainerCreateBody) async throws -> String {
    let policy = options.text("pull") ?? "missing"
    guard ["always", "missing", "never"].contains(policy) else {
      throw UsageError.value("invalid pull option: '\(policy)': must be one of \"always\", \"missing\" or \"never\"")
    }
    let cidfile = try options.text("cidfile").map { try ContainerIDFile(path: $0) }
    let engine = invocation.engine
    let pull = ImageTransfer(
      engine: engine, configuration: invocation.configuration, platform: options.text("platform"),
      isQuiet: options.flag("quiet"))
    if policy == "always" { try await pull.pull(body.Config.Image, to: .error) }
    let version = try await engine.version()
    if let error = VersionRequirement.unsupportedFeature(in: body, version: version) { throw UsageError.value(error) }
    let body = version < APIVersion(1, 44) ? Self.forOlderEngines(body) : body
    let created: Wire.ContainerCreateResponse
    do {
      created = try await engine.post("/containers/create", query, body: body)
    } catch let response as EngineErrorResponse
      where response.status == 404 && policy == "missing" && Self.isAboutImage(response)
    {
      if !options.flag("quiet") {
        invocation.printError("Unable to find image '\(ImageReference.tagged(body.Config.Image))' locally")
      }
      try await pull.pull(body.Config.Image, to: .error)
      created = try await engine.post("/containers/create", query, body: body)
    }
    for warning in created.Warnings { invocation.printError("WARNING: \(warning)") }
    try cidfile?.write(created.Id)
    return created.Id
  }

  /// Before 1.44 the MAC address belonged to the container, not to the endpoint.
  private static func forOlderEngines(_ body: Wire.ContainerCreateBody) -> Wire.ContainerCreateBody {
    var body = body
    for (name, endpoint) in body.NetworkingConfig.EndpointsConfig {
      guard !endpoint.MacAddress.isEmpty else { continue }
      body.Config.MacAddress = endpoint.MacAddress
      body.NetworkingConfig.EndpointsConfig[name]?.MacAddress = ""
    }
    return body
  }

  private static func isAboutImage(_ response: EngineErrorResponse) -> Bool {
    response.message.contains("o such image")
  }

  /// A terminal in the container needs a terminal as standard input.
  func checkTerminal(attachesInput: Bool) throws {
    guard options.flag("tty"), attachesInput, !Descriptor.input.isTerminal else { return }
    invocation.printError("the input device is not a TTY")
    throw ExitCode(1)
  }
}
