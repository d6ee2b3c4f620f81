internal import Engine
internal import EngineAPI
internal import EngineModel
internal import Kernel

extension Wire.DiskUsage {
  /// - Parameter verbose: whether the answer lists the objects.
  init(_ usage: DiskUsage, _ version: APIVersion, verbose: Bool) {
    self.init()
    let now = Timestamp.now
    ImageUsage = usage.images.map { images in
      let unused = images.filter { $0.containers == 0 }
      var shown = Wire.ObjectUsage<Wire.ImageSummary>(images, active: images.count - unused.count)
      shown.TotalSize = usage.layers
      // What several images share goes only with the last of them.
      let needed = images.filter { $0.containers > 0 }.reduce(0) { $0 + $1.size - max(0, $1.sharedSize ?? 0) }
      shown.Reclaimable = max(0, usage.layers - needed)
      if verbose { shown.Items = images.map { Wire.ImageSummary($0, version: version) } }
      return shown
    }
    ContainerUsage = usage.containers.map { containers in
      let active = containers.filter { [.running, .paused, .restarting].contains($0.container.state.status) }
      var shown = Wire.ObjectUsage<Wire.ContainerSummary>(containers, active: active.count)
      shown.TotalSize = containers.reduce(0) { $0 + ($1.writtenSize ?? 0) }
      shown.Reclaimable = shown.TotalSize - active.reduce(0) { $0 + ($1.writtenSize ?? 0) }
      if verbose { shown.Items = containers.map { Wire.ContainerSummary($0, now: now) } }
      return shown
    }
    VolumeUsage = usage.volumes.map { volumes in
      let active = volumes.filter { $0.users > 0 }
      var shown = Wire.ObjectUsage<Wire.Volume>(volumes, active: active.count)
      shown.TotalSize = volumes.reduce(0) { $0 + max(0, $1.size) }
      shown.Reclaimable = shown.TotalSize - active.reduce(0) { $0 + max(0, $1.size) }
      if verbose { shown.Items = volumes.map(Wire.Volume.init) }
      return shown
    }
    BuildCacheUsage = usage.buildCache.map { records in
      var shown = Wire.ObjectUsage<Wire.BuildCacheRecord>(records, active: 0)
      shown.TotalSize = records.reduce(0) { $0 + $1.size }
      shown.Reclaimable = shown.TotalSize
      if verbose { shown.Items = records.map(Wire.BuildCacheRecord.init) }
      return shown
    }
  }
}

extension Wire.ObjectUsage {
  fileprivate init(_ objects: [some Any], active: Int) {
    self.init()
    TotalCount = objects.count
    ActiveCount = active
  }
}

extension Wire.LegacyDiskUsage {
  init(_ usage: DiskUsage, _ version: APIVersion) {
    self.init()
    let now = Timestamp.now
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
