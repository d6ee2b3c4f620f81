import JSON
internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOHTTP1

/// `/build`, with the answers of Docker's classic builder. The parameters `rm` and `forcerm` have no effect, because build
/// steps leave no containers.
struct BuildHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [Route(.POST, "/build", body: .streamed, build), Route(.POST, "/build/prune", prune)]
  }

  /// Errors in the request and in the Dockerfile become an HTTP status. Later errors become a message of the stream.
  private func build(_ request: ServerRequest) async throws -> ServerResponse {
    let build = try buildRequest(request)
    let job = try await engine.prepareBuild(build, context: request.archive)
    let isQuiet = request.query.flag("q")
    let engine = engine
    return ServerResponse(
      .ok, headers: ["Content-Type": "application/json"],
      body: .stream { writer in
        @Sendable func send(_ message: Wire.ProgressMessage) async throws {
          try await writer.write(JSONEncoding.bytes(message) + [0x0D, 0x0A])
        }
        do {
          let id = try await engine.build(job) { message in
            guard !isQuiet else { return }
            switch message {
            case .text(let text): try await send(Wire.ProgressMessage(stream: text))
            case .transfer(let event): try await send(Wire.ProgressMessage(event))
            }
          }
          var result = Wire.ProgressMessage()
          result.aux = Wire.ProgressMessage.Outcome(ID: id)
          try await send(result)
          if isQuiet { return try await send(Wire.ProgressMessage(stream: "\(id)\n")) }
          for text in try engine.finalMessages(of: job, id) { try await send(Wire.ProgressMessage(stream: text)) }
        } catch {
          try Task.checkCancellation()
          try await send(Self.failure(error))
        }
      })
  }

  /// `docker system prune` always sends this request. The parameter `all` has no effect.
  private func prune(_ request: ServerRequest) async throws -> ServerResponse {
    let bytesToKeep = try request.integer("reserved-space") ?? request.integer("keep-storage") ?? 0
    let layers = try await engine.pruneBuildCache(try request.filters(), keeping: Int64(bytesToKeep))
    var answer = Wire.BuildPruned()
    answer.CachesDeleted = layers.isEmpty ? nil : layers.map(\.id)
    answer.SpaceReclaimed = layers.reduce(0) { $0 + $1.size }
    return try .json(answer)
  }

  private static func failure(_ error: any Error) -> Wire.ProgressMessage {
    guard let failure = error as? BuildFailure else {
      return Wire.ProgressMessage(error: ServerResponse.engineError(error).description)
    }
    var message = Wire.ProgressMessage(error: failure.message)
    message.errorDetail?.code = failure.code.map(Int.init)
    return message
  }

  /// The build that the query and the headers describe.
  private func buildRequest(_ request: ServerRequest) throws -> BuildRequest {
    try checkForUnsupportedOptions(request)
    let query = request.query
    var build = BuildRequest()
    build.names = query.all("t").filter { !$0.isEmpty }
    build.dockerfile = request.parameter("dockerfile") ?? "Dockerfile"
    build.target = query["target"] ?? ""
    build.usesCache = !query.flag("nocache")
    build.pulls = query.flag("pull")
    build.squashes = query.flag("squash")
    build.platform = request.parameter("platform")
    build.logins = try request.registryLogins
    build.networkMode = NetworkMode(query["networkmode"] ?? "")
    build.extraHosts = try Wire.HostConfig.checkedHosts(query.all("extrahosts").filter { !$0.isEmpty })
    build.controlGroupParent = query["cgroupparent"] ?? ""
    guard !build.controlGroupParent.split(separator: "/").contains("..") else {
      throw EngineError(.invalidParameter, "invalid cgroup parent: \(build.controlGroupParent)")
    }
    build.sharedMemory = Int64(try request.integer("shmsize") ?? 0)
    // An argument has no value if the variable is not set in the client's environment.
    let arguments = try decoded(request, "buildargs", as: [String: String?].self) ?? [:]
    build.arguments = arguments.compactMapValues { $0 }
    build.labels = try decoded(request, "labels", as: [String: String].self) ?? [:]
    build.resources.memory = Int64(try request.integer("memory") ?? 0)
    build.resources.memorySwap = Int64(try request.integer("memswap") ?? 0)
    build.resources.cpuShares = Int64(try request.integer("cpushares") ?? 0)
    build.resources.cpuPeriod = Int64(try request.integer("cpuperiod") ?? 0)
    build.resources.cpuQuota = Int64(try request.integer("cpuquota") ?? 0)
    build.resources.cpusetCPUs = query["cpusetcpus"] ?? ""
    build.resources.cpusetMems = query["cpusetmems"] ?? ""
    for limit in try decoded(request, "ulimits", as: [Wire.Ulimit].self) ?? [] {
      build.resources.ulimits.append(ResourceLimit(name: limit.Name, soft: limit.Soft, hard: limit.Hard))
    }
    return build
  }

  /// - Throws: Docker's messages for features of BuildKit, and for other parameters that the engine does not support.
  private func checkForUnsupportedOptions(_ request: ServerRequest) throws {
    if let version = request.parameter("version"), version != "1" {
      throw EngineError(
        .notImplemented, "BuildKit is not implemented: build with DOCKER_BUILDKIT=0, or without the buildx plugin")
    }
    if let remote = request.parameter("remote") {
      throw EngineError(
        .notImplemented, "fetching the build context \(remote) is not implemented: send it as the request's body")
    }
    if let outputs = request.parameter("outputs"), outputs != "[]", outputs != "null" {
      throw EngineError(.notImplemented, "outputs other than an image require BuildKit, which is not implemented")
    }
    if let options = request.parameter("securityopt"), options != "[]", options != "null" {
      throw EngineError(
        .invalidParameter, "the daemon on this platform does not support setting security options on build")
    }
  }

  /// A query parameter that holds JSON.
  private func decoded<T: Decodable>(_ request: ServerRequest, _ name: String, as type: T.Type) throws -> T? {
    guard let text = request.parameter(name), text != "null" else { return nil }
    do {
      return try JSONDecoding.decode(type, from: Array(text.utf8))
    } catch {
      throw EngineError(.invalidParameter, "error reading \(name): \(ErrorText.of(error))")
    }
  }
}
