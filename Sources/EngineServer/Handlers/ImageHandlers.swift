internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Images
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
      Route(.POST, "/images/create", body: .streamed, create),
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
    let views = try await engine.images(try request.filters(), all: request.query.flag("all"))
    return try .json(views.map { Wire.ImageSummary($0, version: request.version) })
  }

  private func inspect(_ request: ServerRequest) async throws -> ServerResponse {
    // docker-compose 1.29 speaks the newest version and still reads `ContainerConfig`.
    let isOldCompose = request.headers.first(name: "user-agent")?.contains("docker-compose/1.") == true
    return try .json(
      Wire.ImageInspect(
        await engine.image(request["name"]), version: request.version, withContainer: isOldCompose))
  }

  private func history(_ request: ServerRequest) async throws -> ServerResponse {
    try .json(Wire.ImageHistory.lines(of: await engine.imageStore().resolve(request["name"])))
  }

  private func tag(_ request: ServerRequest) async throws -> ServerResponse {
    guard let repository = request.word("repo") else {
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

  /// The archive is read as fast as it is unpacked, and no faster.
  private func load(_ request: ServerRequest) async throws -> ServerResponse {
    guard request.word("platform") == nil else {
      throw EngineError(.notImplemented, "loading one platform of several is not implemented")
    }
    let told = Lines()
    let loaded = try await engine.loadImages(request.archive) { told.add($0) }
    var messages = told.all.map { Wire.ProgressMessage(stream: $0.hasSuffix("\n") ? $0 : $0 + "\n") }
    if messages.isEmpty { messages = loaded.map { Wire.ProgressMessage(stream: "Loaded image: \($0)\n") } }
    return try .lines(messages)
  }

  private func create(_ request: ServerRequest) async throws -> ServerResponse {
    if let name = request.word("fromImage") {
      let tag = request.query["tag"] ?? ""
      let separator = tag.contains(":") ? "@" : ":"
      try await engine.pullImage(tag.isEmpty ? name : name + separator + tag, platform: request.word("platform"))
      return try .lines([Wire.ProgressMessage(status: "Status: Downloaded newer image for \(name)")])
    }
    guard let source = request.word("fromSrc") else {
      throw EngineError(.invalidParameter, "neither fromImage nor fromSrc is given")
    }
    guard source == "-" else {
      throw EngineError(.notImplemented, "importing from an address is not implemented; send the archive as the body")
    }
    guard request.word("platform") == nil else {
      throw EngineError(.notImplemented, "importing for another platform is not implemented")
    }
    let id = try await engine.importImage(
      request.archive, repository: request.query["repo"] ?? "", tag: request.query["tag"] ?? "",
      message: request.query["message"] ?? "", changes: request.query.all("changes").filter { !$0.isEmpty })
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
    guard request.word("platform") == nil else {
      throw EngineError(.notImplemented, "saving one platform of several is not implemented")
    }
    let store = try await engine.imageStore()
    // Found out before the head goes out.
    for name in names { _ = try store.resolve(name) }
    return .archive { try await store.save(names, to: $0) }
  }
}

/// What was reported, from whatever thread.
private final class Lines: Sendable {
  private let texts = Mutex<[String]>([])
  func add(_ text: String) { texts.withLock { $0.append(text) } }
  var all: [String] { texts.withLock { $0 } }
}

extension ServerRequest {
  /// The body as an archive.
  fileprivate var archive: ArchiveInput {
    switch body {
    case .collected(let buffer):
      let bytes = Array(buffer.readableBytesView)
      return .stream(
        AsyncThrowingStream { continuation in
          continuation.yield(bytes)
          continuation.finish()
        })
    case .streamed(let sequence): return .stream(BodyPieces(base: sequence))
    }
  }
}

/// A streamed body as arrays of bytes.
private struct BodyPieces: AsyncSequence, Sendable {
  let base: BodySequence

  struct AsyncIterator: AsyncIteratorProtocol {
    var base: BodySequence.AsyncIterator
    mutating func next() async throws -> [UInt8]? {
      try await base.next().map { Array($0.readableBytesView) }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }
}
