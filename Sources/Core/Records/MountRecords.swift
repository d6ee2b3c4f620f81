package import EngineModel

/// A mount as it was made, as a container's record holds it.
package struct MountPointRecord: Codable, Hashable, Sendable {
  let kind: StoredText<MountSpecification.Kind>
  let name: String?
  let source: String
  let destination: String
  let driver: String?
  let mode: String
  let isWritable: Bool
  let propagation: String
  let subpath: String?
  let isShallow: Bool?
  let readOnlyReach: StoredText<MountPoint.ReadOnlyRecursion>?
  let isAnonymous: Bool?

  private enum CodingKeys: String, CodingKey {
    case kind
    case name
    case source
    case destination
    case driver
    case mode
    case isWritable
    case propagation
    case subpath
    case isShallow
    case readOnlyReach
    case isAnonymous
  }

  package init(_ model: MountPoint) {
    kind = StoredText(model.kind)
    name = model.name
    source = model.source
    destination = model.destination
    driver = model.driver
    mode = model.mode
    isWritable = model.isWritable
    propagation = model.propagation
    subpath = model.subpath
    isShallow = model.isNonRecursive
    readOnlyReach = model.readOnlyRecursion.map(StoredText.init)
    isAnonymous = model.isAnonymous
  }

  package var model: MountPoint {
    var model = MountPoint(
      kind: kind.value, name: name, source: source, destination: destination, driver: driver, mode: mode,
      isWritable: isWritable, propagation: propagation)
    model.subpath = subpath
    model.isNonRecursive = isShallow
    model.readOnlyRecursion = readOnlyReach?.value
    model.isAnonymous = isAnonymous
    return model
  }
}

/// A mount as the user asked for it (`HostConfig.Mounts`), as a container's record holds it.
package struct MountSpecificationRecord: Codable, Hashable, Sendable {
  let kind: StoredText<MountSpecification.Kind>
  let source: String
  let target: String
  let readOnly: Bool
  let consistency: String
  let bindPropagation: String
  let bindNonRecursive: Bool
  let bindCreateMountpoint: Bool
  let volumeNoCopy: Bool
  let volumeSubpath: String
  let volumeLabels: [String: String]
  let volumeDriver: String
  let volumeDriverOptions: [String: String]
  let tmpfsSize: Int64
  let tmpfsMode: UInt32
  let bindReadOnlyReach: StoredText<MountPoint.ReadOnlyRecursion>?
  let imageSubpath: String?
  let tmpfsOptions: [String]?

  private enum CodingKeys: String, CodingKey {
    case kind
    case source
    case target
    case readOnly
    case consistency
    case bindPropagation
    case bindNonRecursive
    case bindCreateMountpoint
    case volumeNoCopy
    case volumeSubpath
    case volumeLabels
    case volumeDriver
    case volumeDriverOptions
    case tmpfsSize
    case tmpfsMode
    case bindReadOnlyReach
    case imageSubpath
    case tmpfsOptions
  }

  package init(_ model: MountSpecification) {
    kind = StoredText(model.kind)
    source = model.source
    target = model.target
    readOnly = model.readOnly
    consistency = model.consistency
    bindPropagation = model.bindPropagation
    bindNonRecursive = model.bindNonRecursive
    bindCreateMountpoint = model.bindCreateMountpoint
    volumeNoCopy = model.volumeNoCopy
    volumeSubpath = model.volumeSubpath
    volumeLabels = model.volumeLabels
    volumeDriver = model.volumeDriver
    volumeDriverOptions = model.volumeDriverOptions
    tmpfsSize = model.tmpfsSize
    tmpfsMode = model.tmpfsMode
    bindReadOnlyReach = model.bindReadOnlyRecursion.map(StoredText.init)
    imageSubpath = model.imageSubpath
    tmpfsOptions = model.tmpfsOptions
  }

  package var model: MountSpecification {
    var model = MountSpecification(kind: kind.value)
    model.source = source
    model.target = target
    model.readOnly = readOnly
    model.consistency = consistency
    model.bindPropagation = bindPropagation
    model.bindNonRecursive = bindNonRecursive
    model.bindCreateMountpoint = bindCreateMountpoint
    model.volumeNoCopy = volumeNoCopy
    model.volumeSubpath = volumeSubpath
    model.volumeLabels = volumeLabels
    model.volumeDriver = volumeDriver
    model.volumeDriverOptions = volumeDriverOptions
    model.tmpfsSize = tmpfsSize
    model.tmpfsMode = tmpfsMode
    model.bindReadOnlyRecursion = bindReadOnlyReach?.value
    model.imageSubpath = imageSubpath
    model.tmpfsOptions = tmpfsOptions
    return model
  }
}
