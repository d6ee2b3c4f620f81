internal import Engine
internal import EngineAPI
internal import EngineModel
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// `/images`.
struct ImageHandlers: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      Route(.GET, "/images/json", list),
      Route(.POST, "/images/load", body: .streamed, load),
      Route(.POST, "/images/create", body: .streamed, endsWithClient: true, create),
      Route(.POST, "/images/prune", prune),
      Route(.GET, "/images/get", saveSeveral),
      Route(.GET, "/images/{name:.*}/get", saveOne),
      Route(.GET, "/images/{name:.*}/json", inspect),
      Route(.GET, "/images/{name:.*}/history", history),
      Route(.POST, "/images/{name:.*}/tag", tag),
      Route(.DELETE, "/images/{name:.*}", remove),
    ]
  }

  private func list(_ request: ServerRequest) async throws -> ServerResponse {
    let views = try await engine.images(
      try request.filters(), all: request.query.flag("all"),
      withSharedSizes: request.query.flag("shared-size"))
    return try .json(views.map { Wire.ImageSummary($0, version: request.version) })
  }

  private func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    // docker-compose 1.29 uses the newest API version and still reads `ContainerConfig`.
    let isOldCompose = request.headers.first(name: "user-agent")?.contains("docker-compose/1.") == true
    return try .json(
      Wire.ImageInspect(
        await engine.image(request["name"]), version: request.version, withContainer: isOldCompose))
  }

  private func history(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(await engine.imageHistory(request["name"]).map(Wire.ImageHistory.init))
  }

  private func tag(_ request: ServerRequest) async throws -> ServerResponse {
    guard let repository = request.parameter("repo") else {
      throw EngineError(.invalidParameter, "invalid reference format: the new name's repository is missing")
    }
    try await engine.tagImage(request["name"], repository: repository, tag: request.query["tag"] ?? "")
    return ServerResponse(.created)
  }

  private func remove(_ request: ServerRequest) async throws -> ServerResponse {
    let deleted = try await engine.removeImage(
      request["name"], force: request.query.flag("force"), prune: !request.query.flag("noprune"))
    return try .json(deleted.map(Wire.ImageDeleted.init))
  }

  private func prune(_ request: ServerRequest) async throws -> ServerResponse {
    let result = try await engine.pruneImages(try request.filters())
    var answer = Wire.ImagesPruned()
    answer.ImagesDeleted = result.deleted.isEmpty ? nil : result.deleted.map(Wire.ImageDeleted.init)
    answer.SpaceReclaimed = result.reclaimed
    return try .json(answer)
  }

  /// The archive is read at the speed at which it is unpacked.
  private func load(_ request: ServerRequest) async throws -> ServerResponse {
    let platforms = try request.platforms
    if !platforms.isEmpty {
      let host = await engine.information()
      let architecture = try PlatformText("linux/\(host.architecture)").architecture
      guard platforms.contains(where: { $0.fits(operatingSystem: "linux", architecture: architecture, variant: "") })
      else {
        throw EngineError(.notImplemented, "loading images for another platform than this host's is not implemented")
      }
    }
    let report = Lines()
    let loaded = try await engine.loadImages(request.archive) { report.add($0) }
    var messages = report.all.map { Wire.ProgressMessage(stream: $0.hasSuffix("\n") ? $0 : $0 + "\n") }
    if messages.isEmpty { messages = loaded.map { Wire.ProgressMessage(stream: "Loaded image: \($0)\n") } }
    return try .lines(messages)
  }

  private func create(_ request: ServerRequest) async throws -> ServerResponse {
    if let name = request.parameter("fromImage") { return try await pull(name, request) }
    guard let source = request.parameter("fromSrc") else {
      throw EngineError(.invalidParameter, "neither fromImage nor fromSrc is given")
    }
    guard source == "-" else {
      throw EngineError(.notImplemented, "importing from an address is not implemented; send the archive as the body")
    }
    let platform = try request.platform
    guard platform?.operatingSystem ?? "linux" == "linux" else {
      throw EngineError(.invalidParameter, "operating system is not supported")
    }
    let id = try await engine.importImage(
      request.archive, repository: request.query["repo"] ?? "", tag: request.query["tag"] ?? "",
      message: request.query["message"] ?? "", changes: request.query.all("changes").filter { !$0.isEmpty },
      architecture: platform.flatMap { $0.architecture.isEmpty ? nil : $0.architecture },
      variant: platform?.variant ?? "")
    return try .lines([Wire.ProgressMessage(status: id)])
  }

  private func saveOne(_ request: ServerRequest) async throws -> ServerResponse {
    try await save([request["name"]], request)
  }

  private func saveSeveral(_ request: ServerRequest) async throws -> ServerResponse {
    let names = request.query.all("names")
    guard !names.isEmpty else { throw EngineError(.invalidParameter, "no image is named") }
    return try await save(names, request)
  }

  private func save(_ names: [String], _ request: ServerRequest) async throws -> ServerResponse {
    let platforms = try request.platforms
    // Fails before the head is sent.
    for image in try await engine.imagesToSave(names) {
      let fits = platforms.contains {
        $0.fits(operatingSystem: image.operatingSystem, architecture: image.architecture, variant: image.variant)
      }
      guard let platform = platforms.first, !fits else { continue }
      throw EngineError(
        .notFound,
        "image with reference \(image.tags.first ?? image.id) was found but does not provide the specified platform (\(platform))"
      )
    }
    return .archive(try await engine.saveImages(names))
  }
}

/// Collects messages from any thread.
private final class Lines: Sendable {
  private let texts = Mutex<[String]>([])
  func add(_ text: String) { texts.withLock { $0.append(text) } }
  var all: [String] { texts.withLock { $0 } }
}

extension ServerRequest {
  var platform: PlatformText? {
    get throws(EngineError) { try parameter("platform").map { (text) throws(EngineError) in try PlatformText(text) } }
  }

  /// Several since version 1.52.
  var platforms: [PlatformText] {
    get throws(EngineError) {
      try query.all("platform").filter { !$0.isEmpty }.map { (text) throws(EngineError) in try PlatformText(text) }
    }
  }
}
