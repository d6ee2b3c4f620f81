package import EngineModel

extension Wire.Mount {
  /// - Throws: `invalidParameter` with dockerd's message, `notImplemented` for unsupported kinds.
  package func model() throws(EngineError) -> MountSpecification {
    guard let kind = MountSpecification.Kind(rawValue: `Type` ?? "") else {
      throw EngineError(.invalidParameter, "mount type unknown: \"\(`Type` ?? "")\"")
    }
    func wrong(_ why: String) -> EngineError {
      EngineError(.invalidParameter, "invalid mount config for type \"\(kind.rawValue)\": \(why)")
    }
    let target = Target ?? ""
    if target.isEmpty { throw wrong("field Target must not be empty") }
    if !target.hasPrefix("/") { throw wrong("invalid mount path: '\(target)' mount path must be absolute") }
    if target.allSatisfy({ $0 == "/" }) { throw wrong("invalid specification: destination can't be '/'") }
    if kind != .bind, BindOptions != nil { throw wrong("field BindOptions must not be specified") }
    if kind != .volume, VolumeOptions != nil { throw wrong("field VolumeOptions must not be specified") }
    if kind != .tmpfs, TmpfsOptions != nil { throw wrong("field TmpfsOptions must not be specified") }
    if kind != .image, ImageOptions != nil { throw wrong("field ImageOptions must not be specified") }
    let source = Source ?? ""
    switch kind {
    case .bind:
      if source.isEmpty { throw wrong("field Source must not be empty") }
      if !source.hasPrefix("/") { throw wrong("invalid mount path: '\(source)' mount path must be absolute") }
    case .tmpfs:
      if !source.isEmpty { throw wrong("field Source must not be specified") }
    case .image:
      if source.isEmpty { throw wrong("field Source must not be empty") }
    case .npipe, .cluster:
      throw EngineError(.notImplemented, "mounts of type \"\(kind.rawValue)\" are not implemented")
    case .volume: break
    }
    return try options(kind)
  }

  private func options(_ kind: MountSpecification.Kind) throws(EngineError) -> MountSpecification {
    var model = MountSpecification(kind: kind)
    model.source = Source ?? ""
    model.target = Target ?? ""
    model.readOnly = ReadOnly ?? false
    model.consistency = Consistency ?? ""
    if let bind = BindOptions {
      model.bindPropagation = bind.Propagation ?? ""
      model.bindNonRecursive = bind.NonRecursive ?? false
      model.bindCreateMountpoint = bind.CreateMountpoint ?? false
      let (top, everything) = (bind.ReadOnlyNonRecursive ?? false, bind.ReadOnlyForceRecursive ?? false)
      try TextChecks.invalid(
        top && everything,
        "invalid mount config for type \"bind\": mount options conflict: ReadOnlyNonRecursive && "
          + "ReadOnlyForceRecursive")
      if top { model.bindReadOnlyRecursion = .nonRecursive }
      if everything { model.bindReadOnlyRecursion = .forced }
    }
    if let volume = VolumeOptions {
      model.volumeNoCopy = volume.NoCopy ?? false
      model.volumeSubpath = volume.Subpath ?? ""
      model.volumeLabels = volume.Labels ?? [:]
      model.volumeDriver = volume.DriverConfig?.Name ?? ""
      model.volumeDriverOptions = volume.DriverConfig?.Options ?? [:]
    }
    if let tmpfs = TmpfsOptions {
      model.tmpfsSize = tmpfs.SizeBytes ?? 0
      model.tmpfsMode = tmpfs.Mode ?? 0
      try TextChecks.invalid(model.tmpfsSize < 0, "invalid mount config for type \"tmpfs\": negative size")
      let options = tmpfs.Options ?? []
      try TextChecks.invalid(
        options.contains { $0.isEmpty || $0.count > 2 || $0[0].isEmpty },
        "invalid mount config for type \"tmpfs\": invalid option array length")
      if !options.isEmpty { model.tmpfsOptions = options.map { $0.joined(separator: "=") } }
    }
    if let image = ImageOptions, let subpath = image.Subpath, !subpath.isEmpty { model.imageSubpath = subpath }
    return model
  }

  init(_ model: MountSpecification) {
    self.init()
    `Type` = model.kind.rawValue
    Source = model.source.isEmpty ? nil : model.source
    Target = model.target
    ReadOnly = model.readOnly ? true : nil
    Consistency = model.consistency.isEmpty ? nil : model.consistency
    if !model.bindPropagation.isEmpty || model.bindNonRecursive || model.bindCreateMountpoint
      || model.bindReadOnlyRecursion != nil
    {
      var bind = Bind()
      bind.Propagation = model.bindPropagation.isEmpty ? nil : model.bindPropagation
      bind.NonRecursive = model.bindNonRecursive ? true : nil
      bind.CreateMountpoint = model.bindCreateMountpoint ? true : nil
      bind.ReadOnlyNonRecursive = model.bindReadOnlyRecursion == .nonRecursive ? true : nil
      bind.ReadOnlyForceRecursive = model.bindReadOnlyRecursion == .forced ? true : nil
      BindOptions = bind
    }
    if model.volumeNoCopy || !model.volumeSubpath.isEmpty || !model.volumeLabels.isEmpty || !model.volumeDriver.isEmpty
    {
      var volume = Volume()
      volume.NoCopy = model.volumeNoCopy ? true : nil
      volume.Subpath = model.volumeSubpath.isEmpty ? nil : model.volumeSubpath
      volume.Labels = model.volumeLabels.isEmpty ? nil : model.volumeLabels
      if !model.volumeDriver.isEmpty {
        var driver = Driver()
        driver.Name = model.volumeDriver
        driver.Options = model.volumeDriverOptions
        volume.DriverConfig = driver
      }
      VolumeOptions = volume
    }
    if let subpath = model.imageSubpath {
      var image = Image()
      image.Subpath = subpath
      ImageOptions = image
    }
    if model.tmpfsSize > 0 || model.tmpfsMode > 0 || model.tmpfsOptions != nil {
      var tmpfs = Tmpfs()
      tmpfs.SizeBytes = model.tmpfsSize > 0 ? model.tmpfsSize : nil
      tmpfs.Mode = model.tmpfsMode > 0 ? model.tmpfsMode : nil
      tmpfs.Options = model.tmpfsOptions?.map { option in
        option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      }
      TmpfsOptions = tmpfs
    }
  }
}

extension Wire.MountPoint {
  package init(_ model: MountPoint) {
    self.init()
    `Type` = model.kind.rawValue
    Name = model.name
    Source = model.source
    Destination = model.destination
    Driver = model.driver
    Mode = model.mode
    RW = model.isWritable
    Propagation = model.propagation
  }
}
