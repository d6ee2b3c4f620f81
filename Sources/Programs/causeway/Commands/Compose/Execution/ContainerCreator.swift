import Compose
import EngineAPI
import EngineClient

/// Creates a container. It can replace an older container of the same name.
struct ContainerCreator: Sendable {
  let engine: EngineSession
  let name: String
  let creation: Step.Creation

  /// Creates a container that replaces none.
  ///
  /// - Returns: its id.
  func create() async throws -> String {
    let id = try await request(creation.body, name: name)
    try await inject(creation.files, into: id)
    return id
  }

  func createOrReplace() async throws {
    guard let old = creation.replaced else {
      _ = try await create()
      return
    }
    // The new container has a temporary name until the old one is removed. If creating it fails, the old one is
    // unchanged.
    var body = creation.body
    body.Config.Labels?[ComposeLabel.replace] = old.name
    if !creation.renewsAnonymousVolumes { try await inheritVolumes(of: old, to: &body) }
    let id = try await request(body, name: "\(old.id.prefix(12))_\(name)")
    do {
      try await inject(creation.files, into: id)
      try await engine.post("/containers/\(old.id)/stop", StepRunner.query(creation.timeout))
      try await engine.delete("/containers/\(old.id)", [("force", "1")])
    } catch {
      _ = try? await engine.delete("/containers/\(id)", [("force", "1")])
      throw error
    }
    try await engine.post("/containers/\(id)/rename", [("name", name)])
  }

  private func request(_ body: Wire.ContainerCreateBody, name: String) async throws -> String {
    var query: EngineSession.Query = [("name", name)]
    if let platform = creation.platform { query.append(("platform", platform)) }
    let created: Wire.ContainerCreateResponse = try await engine.post("/containers/create", query, body: body)
    for warning in created.Warnings { Descriptor.error.write("WARN: \(name): \(warning)\n") }
    return created.Id
  }

  /// Gives the new container the anonymous volumes of the old one, which hold its data.
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

  private func inject(_ files: [ServiceContainer.InjectedFile], into id: String) async throws {
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
