import Compose
import EngineAPI
import EngineClient

/// Makes a container, and lets it take the place of a former one.
struct ContainerMaking: Sendable {
  let engine: EngineSession
  let name: String
  let creation: Step.Creation

  /// Makes a container of which there is no former one.
  ///
  /// - Returns: its id.
  func made() async throws -> String {
    let id = try await create(creation.body, name: name)
    try await put(creation.files, into: id)
    return id
  }

  func make() async throws {
    guard let old = creation.replaced else {
      _ = try await made()
      return
    }
    // Under another name until the former is gone; should making it fail, nothing has happened to the former.
    var body = creation.body
    body.Config.Labels?[ComposeLabel.replace] = old.name
    if !creation.renewsAnonymousVolumes { try await inheritVolumes(of: old, to: &body) }
    let id = try await create(body, name: "\(old.id.prefix(12))_\(name)")
    do {
      try await put(creation.files, into: id)
      try await engine.post("/containers/\(old.id)/stop", StepWork.query(creation.timeout))
      try await engine.delete("/containers/\(old.id)", [("force", "1")])
    } catch {
      _ = try? await engine.delete("/containers/\(id)", [("force", "1")])
      throw error
    }
    try await engine.post("/containers/\(id)/rename", [("name", name)])
  }

  private func create(_ body: Wire.ContainerCreateBody, name: String) async throws -> String {
    var query: EngineSession.Query = [("name", name)]
    if let platform = creation.platform { query.append(("platform", platform)) }
    let made: Wire.ContainerCreateResponse = try await engine.post("/containers/create", query, body: body)
    for warning in made.Warnings { Descriptor.error.write("WARN: \(name): \(warning)\n") }
    return made.Id
  }

  /// The former's anonymous volumes hold data that the new one goes on with.
  private func inheritVolumes(of old: ObservedContainer, to body: inout Wire.ContainerCreateBody) async throws {
    let inspected: Wire.ContainerInspect = try await engine.get("/containers/\(old.id)/json")
    var targets = Set((body.HostConfig.Mounts ?? []).compactMap(\.Target) + (body.HostConfig.Tmpfs ?? [:]).keys)
    for bind in body.HostConfig.Binds ?? [] {
      let parts = bind.split(separator: ":")
      if parts.count > 1 { targets.insert(String(parts[1])) }
    }
    for mount in inspected.Mounts where mount.`Type` == "volume" && !targets.contains(mount.Destination) {
      var inherited = Wire.Mount()
      inherited.`Type` = "volume"
      inherited.Source = mount.Name
      inherited.Target = mount.Destination
      inherited.ReadOnly = !mount.RW
      body.HostConfig.Mounts = (body.HostConfig.Mounts ?? []) + [inherited]
      body.Config.Volumes?[mount.Destination] = nil
    }
  }

  private func put(_ files: [ServiceContainer.InjectedFile], into id: String) async throws {
    guard !files.isEmpty else { return }
    var archive: [UInt8] = []
    for file in files {
      var entry = TarEntry(name: String(file.path.drop { $0 == "/" }), kind: .file)
      entry.mode = UInt32(clamping: file.mode)
      entry.user = UInt32(clamping: file.user)
      entry.group = UInt32(clamping: file.group)
      entry.size = Int64(file.bytes.count)
      entry.modified = Invocation.now
      archive += TarFormat.member(entry, file.bytes)
    }
    archive += TarFormat.trailer
    let chunks = try await engine.stream(
      .put, "/containers/\(id)/archive", [("path", "/"), ("copyUIDGID", "1")], upload: OneChunk(archive))
    for try await _ in chunks {}
  }
}

/// A body that is all there.
struct OneChunk: AsyncSequence, Sendable {
  typealias Element = [UInt8]
  typealias Failure = any Error
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func makeAsyncIterator() -> Iterator { Iterator(rest: bytes) }

  struct Iterator: AsyncIteratorProtocol {
    var rest: [UInt8]?
    mutating func next() async throws -> [UInt8]? { rest.take() }
  }
}
