internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Images

extension Wire.DiskUsage {
  init(_ usage: DiskUsage, _ version: APIVersion) {
    self.init()
    let now = Timestamp.present
    LayersSize = usage.layers
    Images = usage.images.map { $0.map { Wire.ImageSummary($0, version: version) } }
    Containers = usage.containers.map { $0.map { Wire.ContainerSummary($0, now: now) } }
    Volumes = usage.volumes.map { $0.map(Wire.Volume.init) }
    BuildCache = usage.buildCache.map { $0.map(Wire.BuildCacheRecord.init) }
    BuilderSize = version < APIVersion(1, 42) ? usage.buildCache?.reduce(0) { $0 + $1.size } ?? 0 : nil
  }
}

extension Wire.BuildCacheRecord {
  init(_ layer: BuildCacheLayer) {
    self.init()
    ID = layer.id
    Parents = layer.parent.isEmpty ? nil : [layer.parent]
    Size = layer.size
    CreatedAt = layer.created?.description
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
