internal import Addressing
internal import Engine
internal import EngineAPI
internal import EngineModel

extension Wire.ImageSummary {
  init(_ view: ImageView, version: APIVersion) {
    self.init()
    Containers = view.containers
    Created = view.created?.seconds ?? 0
    Id = view.id
    Labels = view.configuration.labels.isEmpty ? nil : view.configuration.labels
    RepoDigests = view.digests
    RepoTags = view.tags
    SharedSize = view.sharedSize ?? -1
    Size = view.size
    if version < APIVersion(1, 44) { VirtualSize = view.size }
  }
}

extension Wire.ImageInspect {
  /// - Parameter withContainer: include the fields that version 1.45 removed.
  init(_ view: ImageView, version: APIVersion, withContainer: Bool = false) {
    self.init()
    Id = view.id
    RepoTags = view.tags
    RepoDigests = view.digests
    let showsEmpty = version < APIVersion(1, 52)
    Parent = showsEmpty ? "" : nil
    DockerVersion = showsEmpty ? "" : nil
    Comment = showsEmpty || !view.comment.isEmpty ? view.comment : nil
    Created = view.created.map(\.description)
    Author = showsEmpty || !view.author.isEmpty ? view.author : nil
    Config = Wire.ImageConfig(view.configuration)
    Config.OnBuild = view.triggers.isEmpty ? nil : view.triggers
    if withContainer || version < APIVersion(1, 45) {
      Container = ""
      ContainerConfig = Config
    }
    Architecture = view.architecture
    Variant = view.variant.isEmpty ? nil : view.variant
    Os = view.operatingSystem
    Size = view.size
    if version < APIVersion(1, 44) { VirtualSize = view.size }
    GraphDriver.Name = "overlay2"
    RootFS.Layers = view.layers
  }
}

extension Wire.ImageConfig {
  init(_ model: ContainerConfiguration) {
    self.init()
    User = model.user.isEmpty ? nil : model.user
    if !model.exposedPorts.isEmpty {
      ExposedPorts = Dictionary(model.exposedPorts.map { ($0.description, Wire.Empty()) }) { first, _ in first }
    }
    Env = model.environment.isEmpty ? nil : model.environment
    Cmd = model.command
    Healthcheck = model.healthcheck.map(Wire.HealthConfig.init)
    if !model.volumes.isEmpty {
      Volumes = Dictionary(model.volumes.map { ($0, Wire.Empty()) }) { first, _ in first }
    }
    WorkingDir = model.workingDirectory.isEmpty ? nil : model.workingDirectory
    Entrypoint = model.entrypoint
    Labels = model.labels.isEmpty ? nil : model.labels
    StopSignal = model.stopSignal
    Shell = model.shell
  }
}

extension Wire.ImageHistory {
  init(_ item: ImageHistoryItem) {
    self.init()
    Comment = item.comment
    Created = item.created?.seconds ?? 0
    CreatedBy = item.createdBy
    Id = item.id
    Size = item.size
    Tags = item.tags.isEmpty ? nil : item.tags
  }
}

extension Wire.ImageDeleted {
  init(_ deletion: ImageDeletion) {
    switch deletion {
    case .untagged(let name): self.init(Untagged: name)
    case .deleted(let id): self.init(Deleted: id)
    }
  }
}
