import EngineModel

/// Turns all mount options of a request into one list of mounts.
struct MountBuilder: Sendable {
  /// A mount, and what must exist before it.
  struct Entry: Sendable, Hashable {
    var point: MountPoint
    /// The volume, which is created if it does not exist; `nil` for binds and tmpfs.
    var volume: VolumeRequest?
    /// Creates the source folder on the host if it does not exist, as `-v` does.
    var makesSource = false
    var volumeCopiesImage = false
  }

  struct VolumeRequest: Sendable, Hashable {
    /// `nil`: anonymous.
    var name: String?
    var driver: String
    var labels: [String: String] = [:]
    var options: [String: String] = [:]
  }

  private(set) var entries: [Entry] = []

  init(_ container: Container, in state: EngineState) throws(EngineError) {
    let host = container.host
    for text in host.binds { try add(try Self.bind(text, driver: host.volumeDriver)) }
    for specification in host.mounts { try add(try Self.mount(specification)) }
    for reference in host.volumesFrom { try addAll(from: reference, in: state) }
    let tmpfs = Set(host.tmpfs.keys.map(Self.clean))
    for path in container.configuration.volumes.sorted() {
      let destination = Self.clean(path)
      guard destination.hasPrefix("/"), destination != "/" else {
        throw EngineError(.invalidParameter, "invalid volume specification: '\(path)'")
      }
      guard !tmpfs.contains(destination), !entries.contains(where: { $0.point.destination == destination }) else {
        continue
      }
      entries.append(
        Entry(
          point: MountPoint(kind: .volume, source: "", destination: destination, driver: "local"),
          volume: VolumeRequest(driver: host.volumeDriver), volumeCopiesImage: true))
    }
  }

  private mutating func add(_ entry: Entry) throws(EngineError) {
    guard !entries.contains(where: { $0.point.destination == entry.point.destination }) else {
      throw EngineError(.invalidParameter, "Duplicate mount point: \(entry.point.destination)")
    }
    entries.append(entry)
  }

  /// `source:target[:options]`; the source is a path or a volume's name. `target` alone is an anonymous volume.
  static func bind(_ text: String, driver: String) throws(EngineError) -> Entry {
    let invalid = EngineError(.invalidParameter, "invalid volume specification: '\(text)'")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), !parts.contains("") else { throw invalid }
    let destination = clean(parts.count == 1 ? parts[0] : parts[1])
    guard destination.hasPrefix("/") else {
      throw EngineError(
        .invalidParameter,
        "invalid volume specification: '\(text)': invalid mount config for type \"bind\": invalid "
          + "mount path: '\(destination)' mount path must be absolute")
    }
    guard destination != "/" else {
      throw EngineError(
        .invalidParameter, "invalid volume specification: '\(text)': invalid specification: destination can't be '/'")
    }
    let mode = try Mode(parts.count == 3 ? parts[2] : "", of: text)
    if parts.count > 1, parts[0].hasPrefix("/") {
      return Entry(
        point: MountPoint(
          kind: .bind, source: clean(parts[0]), destination: destination, mode: mode.text, isWritable: mode.isWritable,
          propagation: mode.propagation ?? "rprivate"), makesSource: true)
    }
    // Propagation makes sense for binds only: nothing is mounted into a volume from outside.
    guard mode.propagation == nil else {
      throw EngineError(.invalidParameter, "invalid volume specification: '\(text)': invalid mode: \(mode.text)")
    }
    if parts.count > 1 { try ObjectNames.volume(parts[0]) }
    return Entry(
      point: MountPoint(
        kind: .volume, name: parts.count > 1 ? parts[0] : nil, source: "", destination: destination, driver: "local",
        mode: mode.text, isWritable: mode.isWritable),
      volume: VolumeRequest(name: parts.count > 1 ? parts[0] : nil, driver: driver), volumeCopiesImage: mode.copies)
  }

  private static let propagations: Set<String> = ["shared", "rshared", "slave", "rslave", "private", "rprivate"]

  /// The third part of a bind: `ro`, `z`, `nocopy`, `rshared` …
  private struct Mode {
    let text: String
    var isWritable = true
    var copies = true
    var propagation: String?

    init(_ text: String, of specification: String) throws(EngineError) {
      self.text = text
      // At most one option of each kind.
      var kinds: Set<String> = []
      for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) where !text.isEmpty {
        let kind: String
        switch word {
        case "ro", "rw":
          isWritable = word == "rw"
          kind = "access"
        case "nocopy", "copy":
          copies = word == "copy"
          kind = "copy"
        // Labels of SELinux, which Debian's kernels do not enforce by default, and hints for other systems.
        case "z", "Z": kind = "label"
        case "consistent", "cached", "delegated": kind = "consistency"
        case _ where MountBuilder.propagations.contains(word):
          propagation = word
          kind = "propagation"
        default: kind = ""
        }
        guard !kind.isEmpty, kinds.insert(kind).inserted else {
          throw EngineError(
            .invalidParameter, "invalid volume specification: '\(specification)': invalid mode: \(text)")
        }
      }
    }
  }

  static func mount(_ specification: MountSpecification) throws(EngineError) -> Entry {
    func refuse(_ what: String) -> EngineError {
      EngineError(.invalidParameter, "invalid mount config for type \"\(specification.kind.rawValue)\": \(what)")
    }
    guard !specification.target.isEmpty else { throw refuse("field Target must not be empty") }
    let destination = clean(specification.target)
    guard destination.hasPrefix("/") else {
      throw refuse("invalid mount path: '\(specification.target)' mount path must be absolute")
    }
    guard destination != "/" else { throw refuse("invalid specification: destination can't be '/'") }
    func subpath(_ text: String) throws(EngineError) -> String? {
      guard !text.isEmpty else { return nil }
      guard !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
        throw refuse("subpath must be a relative path within the volume")
      }
      return text
    }
    var point = MountPoint(
      kind: specification.kind, source: "", destination: destination, mode: "", isWritable: !specification.readOnly)
    switch specification.kind {
    case .bind:
      guard !specification.source.isEmpty else { throw refuse("field Source must not be empty") }
      guard specification.source.hasPrefix("/") else {
        throw refuse("invalid mount path: '\(specification.source)' mount path must be absolute")
      }
      point.source = clean(specification.source)
      guard specification.bindPropagation.isEmpty || Self.propagations.contains(specification.bindPropagation) else {
        throw refuse("invalid propagation mode: \(specification.bindPropagation)")
      }
      point.propagation = specification.bindPropagation.isEmpty ? "rprivate" : specification.bindPropagation
      if specification.bindNonRecursive { point.isNonRecursive = true }
      point.readOnlyRecursion = specification.bindReadOnlyRecursion
      return Entry(point: point, makesSource: specification.bindCreateMountpoint)
    case .volume:
      if !specification.source.isEmpty { try ObjectNames.volume(specification.source) }
      point.subpath = try subpath(specification.volumeSubpath)
      point.name = specification.source.isEmpty ? nil : specification.source
      point.driver = "local"
      return Entry(
        point: point,
        volume: VolumeRequest(
          name: point.name, driver: specification.volumeDriver, labels: specification.volumeLabels,
          options: specification.volumeDriverOptions),
        // The image's files fill a whole volume, not a subpath.
        volumeCopiesImage: !specification.volumeNoCopy && point.subpath == nil)
    case .tmpfs:
      guard specification.source.isEmpty else { throw refuse("field Source must not be specified") }
      point.mode = [
        specification.tmpfsSize > 0 ? "size=\(specification.tmpfsSize)" : nil,
        specification.tmpfsMode > 0 ? "mode=\(String(specification.tmpfsMode, radix: 8))" : nil,
      ].compactMap(\.self).joined(separator: ",")
      return Entry(point: point)
    case .image:
      guard !specification.source.isEmpty else { throw refuse("field Source must not be empty") }
      point.source = specification.source
      point.subpath = try subpath(specification.imageSubpath ?? "")
      point.isWritable = false
      return Entry(point: point)
    case .npipe, .cluster:
      throw EngineError(.notImplemented, "mounts of type \(specification.kind.rawValue) are not implemented")
    }
  }

  /// `container[:ro|:rw]`: all binds and volumes of that container.
  private mutating func addAll(from reference: String, in state: EngineState) throws(EngineError) {
    let parts = reference.split(separator: ":", maxSplits: 1).map(String.init)
    guard let name = parts.first else {
      throw EngineError(.invalidParameter, "malformed volumes-from specification: \(reference)")
    }
    let mode = parts.count == 2 ? parts[1] : ""
    guard ["", "ro", "rw", "z", "Z"].contains(mode) else {
      throw EngineError(.invalidParameter, "invalid mode: \(mode)")
    }
    let source: Container
    do {
      source = try state.container(name)
    } catch {
      throw EngineError(.invalidParameter, error.message)
    }
    for point in source.mounts where !entries.contains(where: { $0.point.destination == point.destination }) {
      var copy = point
      if mode == "ro" { copy.isWritable = false }
      entries.append(Entry(point: copy))
    }
  }

  /// The path without double and trailing slashes, `.` and `..`.
  static func clean(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
