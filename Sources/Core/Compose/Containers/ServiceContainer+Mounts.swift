internal import EngineAPI

extension ServiceContainer {
  func addMounts(to config: inout Wire.ContainerConfig, _ host: inout Wire.HostConfig) {
    var binds: [String] = []
    var mounts: [Wire.Mount] = []
    var anonymous: [String: Wire.Empty] = [:]
    for mount in service.mounts {
      guard let target = mount["target"]?.text else { continue }
      if mount["type"]?.text == "volume", mount["source"] == nil, mount["volume"]?.entries.isEmpty ?? true {
        anonymous[target] = Wire.Empty()
      } else if let bind = shortForm(mount) {
        binds.append(bind)
      } else {
        mounts.append(longForm(mount))
      }
    }
    for (path, target) in fileMounts {
      var mount = Wire.Mount()
      mount.`Type` = "bind"
      mount.Source = path
      mount.Target = target
      mount.ReadOnly = true
      mounts.append(mount)
    }
    if !anonymous.isEmpty { config.Volumes = anonymous }
    if !binds.isEmpty { host.Binds = binds }
    if !mounts.isEmpty { host.Mounts = mounts }
    if let items = texts("tmpfs") {
      host.Tmpfs = Dictionary(
        items.map { item in
          let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }, uniquingKeysWith: { $1 })
    }
    host.VolumesFrom = texts("volumes_from").map { $0.map(volumesFrom) }
  }

  private func volumesFrom(_ text: String) -> String {
    guard !text.hasPrefix("container:") else { return String(text.dropFirst("container:".count)) }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard let other = project.service(parts[0]) else { return text }
    return ([Self.name(of: other, number: 1, in: project.name)] + parts.dropFirst()).joined(separator: ":")
  }

  /// `source:target:options`, a form that creates a missing bind source; `nil` when the form cannot express the mount.
  private func shortForm(_ mount: Node) -> String? {
    guard let target = mount["target"]?.text, let source = mount["source"]?.text, !target.contains(":"),
      !source.contains(":"), mount["consistency"] == nil
    else { return nil }
    var options: [String] = mount["read_only"]?.bool == true ? ["ro"] : ["rw"]
    switch mount["type"]?.text {
    case "bind":
      guard mount["bind"]?["create_host_path"]?.bool ?? true, mount["bind"]?["recursive"] == nil else { return nil }
      if let propagation = mount["bind"]?["propagation"]?.text { options.append(propagation) }
      return "\(source):\(target):\(options.joined(separator: ","))"
    case "volume":
      guard mount["volume"]?["subpath"] == nil, mount["volume"]?["labels"] == nil else { return nil }
      if mount["volume"]?["nocopy"]?.bool == true { options.append("nocopy") }
      return "\(project.volume(source).name):\(target):\(options.joined(separator: ","))"
    default: return nil
    }
  }

  private func longForm(_ node: Node) -> Wire.Mount {
    var mount = Wire.Mount()
    let kind = node["type"]?.text
    mount.`Type` = kind
    mount.Source = node["source"]?.text.map { kind == "volume" ? project.volume($0).name : $0 }
    mount.Target = node["target"]?.text
    mount.ReadOnly = node["read_only"]?.bool
    mount.Consistency = node["consistency"]?.text
    switch kind {
    case "bind":
      var bind = Wire.Mount.Bind()
      bind.Propagation = node["bind"]?["propagation"]?.text
      bind.CreateMountpoint = node["bind"]?["create_host_path"]?.bool ?? true
      switch node["bind"]?["recursive"]?.text {
      case "disabled": bind.NonRecursive = true
      case "writable": bind.ReadOnlyNonRecursive = true
      case "readonly": bind.ReadOnlyForceRecursive = true
      default: break
      }
      mount.BindOptions = bind
    case "volume":
      var volume = Wire.Mount.Volume()
      volume.NoCopy = node["volume"]?["nocopy"]?.bool
      volume.Subpath = node["volume"]?["subpath"]?.text
      volume.Labels = node["volume"]?["labels"]?.textMap
      mount.VolumeOptions = volume
    case "tmpfs":
      var tmpfs = Wire.Mount.Tmpfs()
      tmpfs.SizeBytes = node["tmpfs"]?["size"]?.integer
      tmpfs.Mode = node["tmpfs"]?["mode"]?.text.flatMap { UInt32($0, radix: 8) }
      mount.TmpfsOptions = tmpfs
    case "image":
      var image = Wire.Mount.Image()
      image.Subpath = node["image"]?["subpath"]?.text
      mount.ImageOptions = image
    default: break
    }
    return mount
  }

  // MARK: Secrets and configs

  /// A file that is written into the container between its creation and its start.
  package struct InjectedFile: Sendable, Hashable {
    package let path: String
    package let bytes: [UInt8]
    package let mode: Int
    package let user: Int
    package let group: Int
  }

  private var references: [(source: Node, item: Node, target: String)] {
    ["secrets", "configs"].flatMap { kind in
      (node[kind]?.items ?? []).compactMap { item in
        guard let name = item["source"]?.text, let source = project.fileSource(kind, name) else { return nil }
        let folder = kind == "secrets" ? "/run/secrets/" : "/"
        let target = item["target"]?.text ?? name
        return (source, item, target.hasPrefix("/") ? target : folder + target)
      }
    }
  }

  /// Local files that are mounted into the container.
  private var fileMounts: [(path: String, target: String)] {
    references.compactMap { reference in reference.source["file"]?.text.map { ($0, reference.target) } }
  }

  /// Files whose contents come from the environment or the Compose file.
  package var injectedFiles: [InjectedFile] {
    references.compactMap { source, item, target in
      let variable = source["environment"]?.text
      guard let text = source["content"]?.text ?? variable.map({ project.environment[$0] ?? "" }) else { return nil }
      return InjectedFile(
        path: target, bytes: Array(text.utf8), mode: item["mode"]?.text.flatMap { Int($0, radix: 8) } ?? 0o444,
        user: item["uid"]?.text.flatMap { Int($0) } ?? 0, group: item["gid"]?.text.flatMap { Int($0) } ?? 0)
    }
  }

  /// Warnings about attributes that have no effect on a bind mount.
  package var warnings: [String] {
    references.compactMap { source, item, target in
      guard source["file"] != nil, ["uid", "gid", "mode"].contains(where: { item[$0] != nil }) else { return nil }
      return
        "\(item.location): uid, gid and mode have no effect for \(target): a bind mount has the owner and mode of the file"
    }
  }
}
