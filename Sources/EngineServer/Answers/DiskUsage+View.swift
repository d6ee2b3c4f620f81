internal import Engine
internal import EngineAPI
internal import EngineModel

extension Wire.DiskUsage {
  init(_ usage: DiskUsage, hasBuilds: Bool, _ version: APIVersion) {
    self.init()
    let now = Timestamp.present
    LayersSize = usage.layers
    Images = usage.images.map { $0.map { Wire.ImageSummary($0, version: version) } }
    Containers = usage.containers.map { $0.map { Wire.ContainerSummary($0, now: now) } }
    Volumes = usage.volumes.map { $0.map(Wire.Volume.init) }
    BuildCache = hasBuilds ? [] : nil
    BuilderSize = version < APIVersion(1, 42) ? 0 : nil
  }
}

extension Wire.Volume {
  init(_ usage: VolumeUsage) {
    self.init(usage.volume)
    var shown = Wire.VolumeUsage()
    shown.RefCount = Int64(usage.users)
    shown.Size = usage.size
    UsageData = shown
  }
}
