import EngineAPI
import EngineModel

/// One value of `--mount`, with Docker's field names: `type=bind,source=/data,target=/data,readonly`.
enum MountArgument {
  /// - Throws: ``UsageError`` of kind `grammar`.
  static func parse(_ text: String, workingDirectory: String) throws(UsageError) -> MountSpecification {
    do throws(UsageError) {
      return try checked(text, workingDirectory: workingDirectory)
    } catch {
      throw .grammar("invalid argument \(text.quoted) for \"--mount\" flag: \(error.message)")
    }
  }

  private static func checked(_ text: String, workingDirectory: String) throws(UsageError) -> MountSpecification {
    var mount = MountSpecification(kind: .volume)
    for field in try CommaSeparatedFields.parse(text) {
      try apply(field, to: &mount)
    }
    guard !mount.target.isEmpty else { throw .value("target is required") }
    if mount.kind == .bind { mount.source = VolumeArgument.absolute(mount.source, workingDirectory) }
    if mount.kind != .volume, !mount.volumeDriver.isEmpty || !mount.volumeLabels.isEmpty || mount.volumeNoCopy {
      throw .value("cannot mix 'volume-*' options with mount type '\(mount.kind.rawValue)'")
    }
    if mount.kind != .bind, !mount.bindPropagation.isEmpty {
      throw .value("cannot mix 'bind-*' options with mount type '\(mount.kind.rawValue)'")
    }
    if mount.kind != .tmpfs, mount.tmpfsSize != 0 || mount.tmpfsMode != 0 {
      throw .value("cannot mix 'tmpfs-*' options with mount type '\(mount.kind.rawValue)'")
    }
    return mount
  }

  private static func apply(_ field: String, to mount: inout MountSpecification) throws(UsageError) {
    let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let key = pair[0].lowercased()
    guard pair.count == 2 else {
      switch key {
      case "readonly", "ro": mount.readOnly = true
      case "volume-nocopy": mount.volumeNoCopy = true
      case "bind-nonrecursive": mount.bindNonRecursive = true
      default: throw .value("invalid field '\(field)' must be a key=value pair")
      }
      return
    }
    let value = pair[1]
    func boolean() throws(UsageError) -> Bool {
      guard let value = ParsedOptions.boolean(value) else { throw .value("invalid value for \(key): \(value)") }
      return value
    }
    switch key {
    case "type":
      guard let kind = MountSpecification.Kind(rawValue: value.lowercased()) else {
        throw .value("invalid mount type \(value.quoted)")
      }
      mount.kind = kind
    case "source", "src": mount.source = value
    case "target", "dst", "destination": mount.target = value
    case "readonly", "ro": mount.readOnly = try boolean()
    case "consistency": mount.consistency = value.lowercased()
    case "bind-propagation": mount.bindPropagation = value.lowercased()
    case "bind-nonrecursive": mount.bindNonRecursive = try boolean()
    case "bind-recursive":
      switch value {
      case "enabled": mount.bindNonRecursive = false
      case "disabled": mount.bindNonRecursive = true
      default: throw .value("invalid value for bind-recursive: \(value) (enabled and disabled are known)")
      }
    case "volume-subpath": mount.volumeSubpath = value
    case "volume-nocopy": mount.volumeNoCopy = try boolean()
    case "volume-driver": mount.volumeDriver = value
    case "volume-label": set(value, in: &mount.volumeLabels)
    case "volume-opt": set(value, in: &mount.volumeDriverOptions)
    case "tmpfs-size":
      guard let size = ByteSize(value) else { throw .value("invalid value for tmpfs-size: \(value)") }
      mount.tmpfsSize = size.bytes
    case "tmpfs-mode":
      guard let mode = UInt32(value, radix: 8) else { throw .value("invalid value for tmpfs-mode: \(value)") }
      mount.tmpfsMode = mode
    default: throw .value("unexpected key '\(key)' in '\(field)'")
    }
  }

  private static func set(_ pair: String, in map: inout [String: String]) {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    map[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
  }
}
