import EngineModel
import Kernel

extension SpecificationBuilder {
  mutating func addMounts() throws(EngineError) {
    var mounts = standardMounts()
    var others: [OCISpecification.Mount] = []
    for bind in request.binds { others.append(try mount(bind)) }
    for file in request.files {
      var file = file
      file.readOnlyRecursion = .nonRecursive
      if hostConfiguration.readonlyRootfs { file.isWritable = false }
      others.append(try mount(file))
    }
    for (path, options) in hostConfiguration.tmpfs.sorted(by: { $0.key < $1.key }) {
      others.append(try tmpfsMount(path, options.split(separator: ",").map(String.init)))
    }
    for mount in hostConfiguration.mounts where mount.kind == .tmpfs {
      var options: [String] = mount.readOnly ? ["ro"] : []
      if mount.tmpfsSize > 0 { options.append("size=\(mount.tmpfsSize)") }
      if mount.tmpfsMode > 0 { options.append("mode=\(String(mount.tmpfsMode, radix: 8))") }
      options += mount.tmpfsOptions ?? []
      others.append(try tmpfsMount(mount.target, options))
    }
    if hasInit, let program = host.initProgram {
      others.append(
        .init(destination: Self.initPath, type: "bind", source: program, options: ["bind", "ro", "rprivate"]))
    }
    // A user's mount replaces the default one. One on /dev replaces all defaults below it too.
    let destinations = Set(others.map(\.destination))
    mounts.removeAll { mount in
      destinations.contains(mount.destination)
        || (destinations.contains("/dev") && mount.destination.hasPrefix("/dev/"))
    }
    others = Self.lastOfEach(others)
    // Mount parents before children, otherwise the parent hides the child.
    let ordered = others.enumerated().sorted {
      (Self.depth($0.element.destination), $0.offset) < (Self.depth($1.element.destination), $1.offset)
    }
    specification.mounts = mounts + ordered.map(\.element)
  }

  private func standardMounts() -> [OCISpecification.Mount] {
    let safe = ["nosuid", "noexec", "nodev"]
    let access = isPrivileged ? "rw" : "ro"
    let groups = isPrivileged || security.writableCgroups ? "rw" : "ro"
    var mounts: [OCISpecification.Mount] = [
      .init(destination: "/proc", type: "proc", source: "proc", options: safe),
      .init(
        destination: "/dev", type: "tmpfs", source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      .init(
        destination: "/dev/pts", type: "devpts", source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      .init(destination: "/sys", type: "sysfs", source: "sysfs", options: safe + [access]),
      .init(destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: safe + [groups]),
    ]
    // An mqueue mount shows the queues of its IPC namespace, which may be the host's.
    mounts.append(.init(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: safe))
    if let shm = sharedMemory(safe) { mounts.append(shm) }
    return mounts
  }

  /// `/dev/shm` belongs to the IPC namespace.
  private func sharedMemory(_ safe: [String]) -> OCISpecification.Mount? {
    if isIPCHost {
      return .init(destination: "/dev/shm", type: "bind", source: "/dev/shm", options: ["rbind"] + safe)
    }
    if hostConfiguration.ipcMode == "none" { return nil }
    if let path = request.sharedMemory {
      return .init(destination: "/dev/shm", type: "bind", source: path, options: ["rbind"] + safe)
    }
    let size = hostConfiguration.shmSize > 0 ? hostConfiguration.shmSize : 64 << 20
    return .init(
      destination: "/dev/shm", type: "tmpfs", source: "shm", options: safe + ["mode=1777", "size=\(size)"])
  }

  private mutating func mount(_ bind: SpecificationRequest.Bind) throws(EngineError) -> OCISpecification.Mount {
    let destination = try Self.checked(bind.destination)
    let propagation = bind.propagation.isEmpty ? "rprivate" : bind.propagation
    guard ["private", "rprivate", "shared", "rshared", "slave", "rslave"].contains(propagation) else {
      throw EngineError(.invalidParameter, "invalid propagation mode: \(bind.propagation)")
    }
    // A mount propagates between host and container only if the container's root propagates it too.
    switch propagation {
    case "shared", "rshared": specification.linux.rootfsPropagation = "shared"
    case "slave", "rslave": specification.linux.rootfsPropagation = specification.linux.rootfsPropagation ?? "rslave"
    default: break
    }
    return .init(
      destination: destination, type: "bind", source: bind.source,
      options: [bind.isRecursive ? "rbind" : "bind", try access(bind), propagation])
  }

  /// `rro` makes submounts read-only too (mount_setattr(2), kernel 5.12).
  private func access(_ bind: SpecificationRequest.Bind) throws(EngineError) -> String {
    if bind.isWritable { return "rw" }
    guard bind.readOnlyRecursion != .nonRecursive else { return "ro" }
    if KernelRelease(host.kernel) >= KernelRelease(major: 5, minor: 12) { return bind.isRecursive ? "rro" : "ro" }
    guard bind.readOnlyRecursion == nil else {
      throw EngineError(
        .notImplemented, "recursively read-only mounts need Linux 5.12 or later; this host has \(host.kernel)")
    }
    return "ro"
  }

  /// A tmpfs with Docker's default options; the given options override them.
  func tmpfsMount(_ path: String, _ options: [String]) throws(EngineError) -> OCISpecification.Mount {
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1).map { "\"\($0)\"" }
      let key = option.prefix { $0 != "=" }
      guard parts.count == 2 ? Self.tmpfsValues.contains(key) : Self.tmpfsFlags.contains(key) else {
        throw EngineError(.invalidParameter, "invalid tmpfs option [\(parts.joined(separator: " "))]")
      }
    }
    var result = ["noexec", "nosuid", "nodev"]
    let opposites = ["exec": "noexec", "suid": "nosuid", "dev": "nodev"]
    for option in options {
      if let opposite = opposites[option] { result.removeAll { $0 == opposite } }
      if !result.contains(option) { result.append(option) }
    }
    return .init(destination: try Self.checked(path), type: "tmpfs", source: "tmpfs", options: result)
  }

  /// The tmpfs(5) options with a value, and the mount(8) flags that Docker accepts.
  private static let tmpfsValues: Set<Substring> = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"]
  private static let tmpfsFlags: Set<Substring> = [
    "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async", "dirsync", "mand", "nomand",
    "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime", "private",
    "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable",
  ]

  private static func checked(_ destination: String) throws(EngineError) -> String {
    guard destination.hasPrefix("/") else {
      throw EngineError(
        .invalidParameter, "invalid mount config: invalid mount path: '\(destination)' mount path must be absolute")
    }
    let parts = destination.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty, !parts.contains("..") else {
      throw EngineError(
        .invalidParameter, "invalid mount config: invalid specification: destination can't be '\(destination)'")
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func lastOfEach(_ mounts: [OCISpecification.Mount]) -> [OCISpecification.Mount] {
    var seen: Set<String> = []
    return mounts.reversed().filter { seen.insert($0.destination).inserted }.reversed()
  }

  private static func depth(_ path: String) -> Int { path.utf8.count { $0 == UInt8(ascii: "/") } }
}
